// Where the keyboard's focus is on the board, and how it gets to a card that may not be drawn yet.

import { type BoardModel, whereIs } from './board-context.tsx'

/** A column draws a card it was scrolled to within a frame or two; more means it is gone. */
const FRAMES_MAX = 20

/** Puts the focus on a card, scrolling to it first. */
export function focusCard(model: BoardModel, id: string): void {
  model.focused.set(id)
  const at = whereIs(model.store, id)
  if (!at) return
  model.scrollers.get(at.view.column.id)?.(at.index)
  let frames = 0
  const look = (): void => {
    const element = cardElement(id)
    if (element) {
      element.focus({ preventScroll: frames > 1 })
      element.closest('.column')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    } else if (frames < FRAMES_MAX) {
      frames += 1
      requestAnimationFrame(look)
    }
  }
  // Its old place may still be drawn in this frame.
  requestAnimationFrame(look)
}

export function cardElement(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-card="${CSS.escape(id)}"]`)
}

/** The card next to another: above, below, or beside it in the next column that has any. */
export function neighbour(model: BoardModel, id: string, key: string): string | null {
  const at = whereIs(model.store, id)
  if (!at) return null
  const { view, index } = at
  switch (key) {
    case 'ArrowUp':
      return view.cards[index - 1] ?? null
    case 'ArrowDown':
      return view.cards[index + 1] ?? null
    case 'ArrowLeft':
      return beside(model, view.column.id, index, -1)
    case 'ArrowRight':
      return beside(model, view.column.id, index, 1)
    default:
      return null
  }
}

function beside(model: BoardModel, column: string, index: number, step: -1 | 1): string | null {
  const { columns } = model.store.snapshot()
  let at = columns.findIndex((view) => view.column.id === column) + step
  for (; at >= 0 && at < columns.length; at += step) {
    const cards = columns[at]?.cards ?? []
    const card = cards[Math.min(index, cards.length - 1)]
    if (card) return card
  }
  return null
}

/** The card to focus when another goes away: the one after it, or the one before. */
export function heir(model: BoardModel, id: string): string | null {
  return neighbour(model, id, 'ArrowDown') ?? neighbour(model, id, 'ArrowUp')
}

export function firstCard(model: BoardModel): string | null {
  for (const view of model.store.snapshot().columns) if (view.cards[0]) return view.cards[0]
  return null
}
