// Where the keyboard's focus is on the board, and how it gets to a card that may not be drawn yet.

import type { BoardModel } from './board-context.tsx'
import type { Spot } from './lens.ts'

/** A column draws a card it was scrolled to within a frame or two; more means it is gone. */
const FRAMES_MAX = 20

/** Puts the focus on a card, scrolling to it first. */
export function focusCard(model: BoardModel, id: string): void {
  model.focused.set(id)
  const spot = model.lens.spot(id)
  const column = spot && model.lens.shown().columns[spot.at]?.column.id
  if (!spot || !column) return
  model.lens.fold(column, false)
  if (spot.lane) model.lens.fold(laneFold(spot.lane.key), false)
  model.scrollers.get(spot.lane ? `${column} ${spot.lane.key}` : column)?.(spot.index)
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

/** The card next to another: above, below, or beside it in the next column that shows any. */
export function neighbour(model: BoardModel, id: string, key: string): string | null {
  const spot = model.lens.spot(id)
  if (!spot) return null
  switch (key) {
    case 'ArrowUp':
      return spot.cards[spot.index - 1] ?? otherLane(model, spot, -1)
    case 'ArrowDown':
      return spot.cards[spot.index + 1] ?? otherLane(model, spot, 1)
    case 'ArrowLeft':
      return beside(model, spot, -1)
    case 'ArrowRight':
      return beside(model, spot, 1)
    default:
      return null
  }
}

function otherLane(model: BoardModel, { at, lane }: Spot, step: -1 | 1): string | null {
  const lanes = (model.lens.lanes() ?? []).filter(({ key }) => !model.lens.folded.get().has(laneFold(key)))
  for (let next = lanes.findIndex(({ key }) => key === lane?.key) + step; lanes[next]; next += step) {
    const card = lanes[next]?.cells[at]?.at(step > 0 ? 0 : -1)
    if (lane && card) return card
  }
  return null
}

function beside(model: BoardModel, { at, lane, index }: Spot, step: -1 | 1): string | null {
  const { columns } = model.lens.shown()
  for (let next = at + step; columns[next]; next += step) {
    const view = columns[next]
    const cards = (lane ? lane.cells[next] : view?.cards) ?? []
    const card = cards[Math.min(index, cards.length - 1)]
    if (card && view && !model.lens.folded.get().has(view.column.id)) return card
  }
  return null
}

/** What a lane is called among the folded. */
export function laneFold(key: string): string {
  return `lane:${key}`
}

/** The card to focus when others go away: the next one below, or the one above. */
export function heir(model: BoardModel, id: string, leaving: readonly string[] = [id]): string | null {
  const at = model.lens.where(id)
  if (!at) return null
  const { cards } = at.view
  const stays = (card: string): boolean => !leaving.includes(card)
  return cards.slice(at.index).find(stays) ?? cards.slice(0, at.index).findLast(stays) ?? null
}

export function firstCard(model: BoardModel): string | null {
  for (const view of model.lens.shown().columns) if (view.cards[0]) return view.cards[0]
  return null
}
