// The field for new cards of a column: it stays open for the next one until it is left.

import { useRef } from 'react'
import { useT } from '../i18n/index.ts'
import { addCard } from './actions.ts'
import { useBoard } from './board-context.tsx'
import { focusCard } from './focus.ts'
import type { ShownColumn } from './lens.ts'
import { TitleField } from './TitleField.tsx'

interface Props {
  readonly view: ShownColumn
  readonly at: 'top' | 'bottom'
  readonly lane?: string
}

export function NewCard({ view: { column, cards }, at, lane }: Props) {
  const board = useBoard()
  const t = useT()
  // Cards written at the top one after the other stand in the order in which they were written.
  const lastAdded = useRef<string | null>(null)
  const finish = (title: string | null, hasLeft: boolean): void => {
    if (title !== null && title.trim() !== '') {
      const top = cards[lastAdded.current === null ? 0 : cards.indexOf(lastAdded.current) + 1] ?? null
      const to = { column: column.id, before: at === 'top' ? top : null, ...(lane !== undefined && { lane }) }
      lastAdded.current = addCard(board, title, to)
    }
    if (title !== null && !hasLeft) return
    lastAdded.current = null
    board.newCard.set(null)
    const focused = board.focused.get()
    if (!hasLeft && focused) focusCard(board, focused)
  }
  return (
    <div className="card card-new">
      <TitleField
        value=""
        label={t('card.addTo', { name: column.name })}
        placeholder={t('card.placeholder')}
        isOpenEnded
        onDone={finish}
      />
    </div>
  )
}
