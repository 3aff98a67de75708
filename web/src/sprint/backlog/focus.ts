// Where the keyboard's focus is on the backlog page, and how it gets to a card that may not be drawn yet.

import type { BoardModel } from '../../board/board-context.tsx'
import type { Planning } from './planning.tsx'

/** A pane draws a card it was scrolled to within a frame or two; more means it is gone. */
const FRAMES_MAX = 20

export function rowElement(card: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`.backlog [data-card="${CSS.escape(card)}"]`)
}

export function focusRow(board: BoardModel, planning: Planning, card: string): void {
  board.focused.set(card)
  let frames = 0
  const look = (): void => {
    // Its section may have been drawn anew only in this frame.
    if (frames < 2) for (const scroll of planning.scrollers) if (scroll(card)) break
    const element = rowElement(card)
    if (element && frames > 0) element.focus({ preventScroll: frames > 2 })
    else if (frames < FRAMES_MAX) {
      frames += 1
      requestAnimationFrame(look)
    }
  }
  requestAnimationFrame(look)
}
