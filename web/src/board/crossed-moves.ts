// When somebody else's move takes the place of mine, I hear of it, and can put the card back where I had put it.

import { useEffect } from 'react'
import { announce, toast } from '../app/announce.tsx'
import { t } from '../i18n/index.ts'
import { moveCard, titleOf } from './actions.ts'
import { type BoardModel, whereIs } from './board-context.tsx'

export function useCrossedMoves(board: BoardModel, myId: string): void {
  useEffect(() => {
    const told = new Map<string, number>()
    return board.store.onCards((ids) => {
      for (const id of ids) {
        const card = board.store.card(id)
        const mine = card?.overwritten.find((entry) => entry.by === myId)
        if (!card?.position || !mine || card.isDeleted || card.position.by === myId) continue
        if (told.get(id) === mine.at) continue
        told.set(id, mine.at)
        const name = nameOf(board, card.position.by)
        const column = whereIs(board.store, id)?.view.column.name ?? ''
        const text = t('card.movedBy', { title: titleOf(board, id), name, column })
        announce(text)
        toast(text, () => moveCard(board, id, { column: mine.column, before: null }))
      }
    })
  }, [board, myId])
}

function nameOf(board: BoardModel, id: string): string {
  const here = board.people.people().find((person) => person.id === id)
  return here?.name ?? board.store.snapshot().members.get(id)?.name ?? t('people.somebody')
}
