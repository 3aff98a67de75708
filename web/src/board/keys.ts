// The board's keys. Never while a syllable is being composed, nor while a field or a menu has the focus.

import { useEffect } from 'react'
import { singleKeys } from '../app/settings.ts'
import type { FieldName } from '../fields/request.ts'
import { archiveCards, copyCards, deleteCards, type Step, stepCards } from './actions.ts'
import { type BoardModel, whereIs } from './board-context.tsx'
import { cardElement, firstCard, focusCard, neighbour } from './focus.ts'
import { actedOn, clearSelection, selectColumn, selectTo, toggleSelected } from './selection.ts'
import { redo, undo } from './undo.ts'

const STEPS: Record<string, Step> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' }
const OTHERS_KEYS = 'input, textarea, select, [contenteditable=true], [role=menu], [role=dialog]:not([data-board-keys])'

/** Letters that open the menu of a field. */
const FIELD_KEYS: readonly (readonly [letter: string, field: FieldName])[] = [
  ['a', 'assignees'],
  ['l', 'labels'],
  ['p', 'points'],
  ['d', 'due'],
]

interface Actions {
  readonly openShortcuts: () => void
}

export function useBoardKeys(board: BoardModel, { openShortcuts }: Actions): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return
      const target = event.target instanceof Element ? event.target : document.body
      if (target.closest(OTHERS_KEYS)) return
      const isRedo = event.shiftKey || event.key.toLowerCase() === 'y'
      if (isUndo(event)) {
        act(event, () => (isRedo ? redo(board) : undo(board)))
        return
      }
      const card = target.closest('[data-card]')?.getAttribute('data-card') ?? null
      const isCard = card !== null && target.matches('[data-card]')
      if (event.ctrlKey || event.metaKey) {
        if (isCard && !event.altKey) withCtrl(board, event, card)
        return
      }
      if (event.altKey) {
        const step = STEPS[event.key]
        if (card && step && board.canEdit.get()) act(event, () => stepCards(board, card, actedOn(board, card), step))
        return
      }
      if (event.key in STEPS) {
        walk(board, event, card, target)
      } else if (isCard && onCard(board, event, card)) {
        // It was the card's.
      } else if (event.key === 'Escape') {
        stepBack(board, event)
      } else if (singleKeys.get()) {
        onLetter(event, card)
      }
    }
    const onLetter = (event: KeyboardEvent, card: string | null): void => {
      if (event.key === '?') act(event, openShortcuts)
      if (event.shiftKey) return
      if (isLetter(event, 'c') && board.canEdit.get()) act(event, () => startCard(board, card))
      if (event.key === '/') act(event, () => document.querySelector<HTMLElement>('[data-find]')?.focus())
      if (isLetter(event, 'f')) act(event, () => document.querySelector<HTMLElement>('[data-add-filter]')?.click())
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [board, openShortcuts])
}

function withCtrl(board: BoardModel, event: KeyboardEvent, card: string): void {
  if (isLetter(event, 'a')) act(event, () => selectColumn(board, card))
  if (isLetter(event, 'd') && board.canEdit.get()) act(event, () => copyCards(board, actedOn(board, card)))
}

function onCard(board: BoardModel, event: KeyboardEvent, card: string): boolean {
  if (event.key === 'Enter') {
    act(event, () => board.openCard(card))
    return true
  }
  if (event.key === ' ') {
    act(event, () => board.peeked.set(board.peeked.get() === card ? null : card))
    return true
  }
  const isEdit =
    board.canEdit.get() && (onCardKey(board, event, card) || (singleKeys.get() && onCardLetter(board, event, card)))
  if (isEdit) return true
  if (!singleKeys.get() || event.shiftKey || !isLetter(event, 'x')) return false
  act(event, () => toggleSelected(board, card))
  return true
}

function onCardKey(board: BoardModel, event: KeyboardEvent, card: string): boolean {
  if (event.key !== 'Delete' && event.key !== 'Backspace') return false
  act(event, () => deleteCards(board, actedOn(board, card)))
  return true
}

function onCardLetter(board: BoardModel, event: KeyboardEvent, card: string): boolean {
  if (event.key === '#' || (event.shiftKey && isLetter(event, 'a'))) {
    act(event, () => archiveCards(board, actedOn(board, card)))
    return true
  }
  if (event.shiftKey) return false
  const field = FIELD_KEYS.find(([letter]) => isLetter(event, letter))?.[1]
  if (field) act(event, () => board.fieldMenu.set({ field, ids: actedOn(board, card), anchor: cardElement(card) }))
  else if (isLetter(event, 'e')) act(event, () => board.renaming.set(card))
  else if (isLetter(event, 'm')) act(event, () => board.moveMenu.set(card))
  else return false
  return true
}

/** One thing at a time: what peeks, what is chosen, what is open. */
function stepBack(board: BoardModel, event: KeyboardEvent): void {
  if (board.peeked.get() !== null) act(event, () => board.peeked.set(null))
  else if (board.selected.get().size > 0) act(event, () => clearSelection(board))
  else if (board.open.get() !== null) act(event, () => closeCard(board))
}

function walk(board: BoardModel, event: KeyboardEvent, card: string | null, target: Element): void {
  // From nowhere, arrows go to the board; from another control they are left alone.
  if (!card && target !== document.body) return
  if (card && !target.matches('[data-card]')) return
  const next = card ? neighbour(board, card, event.key) : (board.focused.get() ?? firstCard(board))
  if (!next) return
  act(event, () => {
    if (card && event.shiftKey) {
      if (board.selected.get().size === 0) toggleSelected(board, card)
      selectTo(board, next)
    }
    if (board.peeked.get() !== null) board.peeked.set(next)
    // At once where it is drawn: the next key may follow within a frame, and is meant for the next card.
    cardElement(next)?.focus({ preventScroll: true })
    focusCard(board, next)
  })
}

/** Opens the field for a new card: in the focused card's column, or the first. */
export function startCard(board: BoardModel, card: string | null): void {
  const { columns } = board.lens.shown()
  const near = card ?? board.focused.get()
  const column = (near && whereIs(board.store, near)?.view.column.id) || columns[0]?.column.id
  if (!column) return
  board.lens.fold(column, false)
  const lane = near && board.lens.spot(near)?.lane?.key
  board.newCard.set({ column, at: 'top', ...(lane && { lane }) })
}

export function closeCard(board: BoardModel): void {
  const card = board.open.get()
  board.openCard(null)
  if (card) focusCard(board, card)
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
