// The keys of the board. None while something is being composed, typed or chosen from a menu.

import { useEffect, useRef } from 'react'
import { toast } from '../app/announce.tsx'
import { t } from '../i18n/index.ts'
import { type BoardShared, whereIs } from './board-context.tsx'
import { moveAndSay, placeOfStep, type Step, titleOf } from './moves.ts'
import { singleKeysAreOn } from './single-keys.ts'

interface Actions {
  readonly compose: (column: string) => void
  readonly showKeys: () => void
}

const STEPS: Readonly<Record<string, Step>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
}

export function useBoardKeys(board: BoardShared, actions: Actions): void {
  const latest = useRef({ board, actions })
  latest.current = { board, actions }
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return
      if ((event.target as Element | null)?.closest('input, textarea, select, [contenteditable=true], [role=menu], [role=dialog]')) return
      const isHandled = handle(event, latest.current.board, latest.current.actions)
      if (isHandled) event.preventDefault()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}

function handle(event: KeyboardEvent, board: BoardShared, actions: Actions): boolean {
  if ((event.ctrlKey || event.metaKey) && event.code === 'KeyZ') return undo(board, event.shiftKey)
  const step = STEPS[event.key]
  const card = (event.target as Element | null)?.closest<HTMLElement>('[data-card]')?.dataset['card'] ?? null
  if (step && card) return event.altKey ? moveBy(board, card, step) : walk(board, card, step)
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  if (event.key === 'Enter' && card && event.target === cardElement(card)) {
    board.openCard(card)
    return true
  }
  if (event.key === 'Delete' && card && board.canEdit) return deleteCard(board, card)
  return singleKeysAreOn() && singleKey(event, board, actions, card)
}

function singleKey(event: KeyboardEvent, board: BoardShared, actions: Actions, card: string | null): boolean {
  // By the key's place, so that they work while a Korean layout is on.
  if (event.key === '?') actions.showKeys()
  else if (event.code === 'KeyC' && board.canEdit) compose(board, actions, card)
  else if (event.code === 'KeyM' && card && board.canEdit) board.moveMenuFor(card)
  else return false
  return true
}

function compose(board: BoardShared, actions: Actions, card: string | null): void {
  const { columns } = board.store.snapshot()
  const column = (card && board.store.columnOf(card)?.column.id) ?? columns[0]?.column.id
  if (column) actions.compose(column)
}

function undo(board: BoardShared, isRedo: boolean): boolean {
  if (board.canEdit) isRedo ? board.undo.redo() : board.undo.undo()
  return true
}

function moveBy(board: BoardShared, card: string, step: Step): boolean {
  const to = board.canEdit ? placeOfStep(board, card, step) : null
  if (to) {
    moveAndSay(board, card, to)
    board.focusCard(card)
  }
  return true
}

function walk(board: BoardShared, card: string, step: Step): boolean {
  const at = whereIs(board.store, card)
  if (!at) return false
  const next = step === 'up' || step === 'down' ? at.view.cards[at.index + (step === 'up' ? -1 : 1)] : beside(board, at, step)
  if (next) board.focusCard(next)
  return true
}

/** The card at the same height in the next column that has any. */
function beside(board: BoardShared, at: NonNullable<ReturnType<typeof whereIs>>, step: Step): string | undefined {
  const { columns } = board.store.snapshot()
  const offset = step === 'left' ? -1 : 1
  for (let index = columns.indexOf(at.view) + offset; columns[index]; index += offset) {
    const cards = columns[index]?.cards ?? []
    if (cards.length > 0) return cards[Math.min(at.index, cards.length - 1)]
  }
  return undefined
}

function deleteCard(board: BoardShared, card: string): boolean {
  const at = whereIs(board.store, card)
  const text = t('card.deleted', { title: titleOf(board, card) })
  board.edits.deleteCard(card)
  toast(text, () => board.edits.restoreCard(card))
  const next = at && (at.view.cards[at.index + 1] ?? at.view.cards[at.index - 1])
  if (next) board.focusCard(next)
  return true
}

function cardElement(card: string): Element | null {
  return document.querySelector(`[data-card="${card}"]`)
}
