// Several cards at once: which are chosen, and how keys and clicks choose them.

import { type BoardModel, whereIs } from './board-context.tsx'

/** The chosen cards in the order in which they stand on the board. */
export function selectedCards(board: BoardModel): string[] {
  const selected = board.selected.get()
  if (selected.size === 0) return []
  return board.store.snapshot().columns.flatMap(({ cards }) => cards.filter((id) => selected.has(id)))
}

/** What an action on a card is for: all chosen ones when it is among them, else the card alone. */
export function actedOn(board: BoardModel, card: string): string[] {
  return board.selected.get().has(card) ? selectedCards(board) : [card]
}

export function toggleSelected(board: BoardModel, card: string): void {
  const next = new Set(board.selected.get())
  if (!next.delete(card)) next.add(card)
  board.selectedFrom = card
  board.selected.set(next)
}

/** Chooses everything from where choosing began to a card, when both stand in one column; else the card as well. */
export function selectTo(board: BoardModel, card: string): void {
  const to = board.lens.where(card)
  const from = board.selectedFrom === null ? null : board.lens.where(board.selectedFrom)
  const next = new Set(board.selected.get())
  next.add(card)
  if (to && from && to.view.column.id === from.view.column.id) {
    const [first, last] = [Math.min(to.index, from.index), Math.max(to.index, from.index)]
    for (const id of to.view.cards.slice(first, last + 1)) next.add(id)
  } else {
    board.selectedFrom = card
  }
  board.selected.set(next)
}

export function selectColumn(board: BoardModel, card: string): void {
  const at = board.lens.where(card)
  if (at) board.selected.set(new Set([...board.selected.get(), ...at.view.cards]))
}

export function clearSelection(board: BoardModel): void {
  board.selectedFrom = null
  if (board.selected.get().size > 0) board.selected.set(new Set())
}

/** Cards that are gone from the board are no longer chosen. */
export function forgetGone(board: BoardModel): () => void {
  return board.store.onCards((ids) => {
    const selected = board.selected.get()
    const gone = [...ids].filter((id) => selected.has(id) && !whereIs(board.store, id))
    if (gone.length > 0) board.selected.set(new Set([...selected].filter((id) => !gone.includes(id))))
  })
}
