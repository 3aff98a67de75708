// The board's keys. Never while a syllable is being composed, nor while a field or a menu has the focus.

import { useEffect } from 'react'
import { singleKeys } from '../app/settings.ts'
import { deleteCard, type Step, stepCard } from './actions.ts'
import { type BoardModel, whereIs } from './board-context.tsx'
import { firstCard, focusCard, neighbour } from './focus.ts'

const STEPS: Record<string, Step> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' }
const OTHERS_KEYS = 'input, textarea, select, [contenteditable=true], [role=menu], [role=dialog]:not([data-board-keys])'

interface Actions {
  readonly openShortcuts: () => void
}

export function useBoardKeys(board: BoardModel, { openShortcuts }: Actions): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return
      const target = event.target instanceof Element ? event.target : document.body
      if (target.closest(OTHERS_KEYS)) return
      if (isUndo(event)) {
        act(event, () => undo(board, event.shiftKey || event.key.toLowerCase() === 'y'))
        return
      }
      if (event.ctrlKey || event.metaKey) return
      const card = target.closest('[data-card]')?.getAttribute('data-card') ?? null
      if (event.altKey) {
        const step = STEPS[event.key]
        if (card && step && board.canEdit.get()) act(event, () => stepCard(board, card, step))
        return
      }
      if (event.key in STEPS) {
        walk(board, event, card, target)
      } else if (card && target.matches('[data-card]') && onCard(board, event, card)) {
        // It was the card's.
      } else if (event.key === 'Escape' && board.open.get() !== null) {
        act(event, () => closeCard(board))
      } else if (singleKeys.get()) {
        onLetter(event, card)
      }
    }
    const onLetter = (event: KeyboardEvent, card: string | null): void => {
      if (event.key === '?') act(event, openShortcuts)
      if (isLetter(event, 'c') && board.canEdit.get()) act(event, () => startCard(board, card))
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [board, openShortcuts])
}

function onCard(board: BoardModel, event: KeyboardEvent, card: string): boolean {
  const canEdit = board.canEdit.get()
  if (event.key === 'Enter') {
    act(event, () => board.openCard(card))
  } else if (canEdit && (event.key === 'Delete' || event.key === 'Backspace')) {
    act(event, () => deleteCard(board, card))
  } else if (canEdit && singleKeys.get() && isLetter(event, 'e')) {
    act(event, () => board.renaming.set(card))
  } else if (canEdit && singleKeys.get() && isLetter(event, 'm')) {
    act(event, () => board.moveMenu.set(card))
  } else {
    return false
  }
  return true
}

function walk(board: BoardModel, event: KeyboardEvent, card: string | null, target: Element): void {
  // From nowhere, arrows go to the board; from another control they are left alone.
  if (!card && target !== document.body) return
  if (card && !target.matches('[data-card]')) return
  const next = card ? neighbour(board, card, event.key) : (board.focused.get() ?? firstCard(board))
  if (next) act(event, () => focusCard(board, next))
}

/** Opens the field for a new card: under the focused card's column, or the first. */
export function startCard(board: BoardModel, card: string | null): void {
  const { columns } = board.store.snapshot()
  const near = card ?? board.focused.get()
  const column = (near && whereIs(board.store, near)?.view.column.id) || columns[0]?.column.id
  if (column) board.newCard.set({ column, at: 'top' })
}

export function closeCard(board: BoardModel): void {
  const card = board.open.get()
  board.openCard(null)
  if (card) focusCard(board, card)
}

function undo(board: BoardModel, isRedo: boolean): void {
  if (isRedo) board.undo.redo()
  else board.undo.undo()
}

function isUndo(event: KeyboardEvent): boolean {
  const isOnly = (event.ctrlKey || event.metaKey) && !event.altKey
  // By place, not by letter: with a Korean layout the key says ㅋ.
  return isOnly && (event.code === 'KeyZ' || event.key.toLowerCase() === 'z' || event.key.toLowerCase() === 'y')
}

/** A letter, also where the layout is Korean and the key gives a jamo. */
function isLetter(event: KeyboardEvent, letter: string): boolean {
  return (
    event.key.toLowerCase() === letter || (event.code === `Key${letter.toUpperCase()}` && /^[ㄱ-ㆎ]$/.test(event.key))
  )
}

function act(event: KeyboardEvent, action: () => void): void {
  event.preventDefault()
  action()
}
