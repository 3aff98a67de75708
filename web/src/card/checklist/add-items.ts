// Adds things to do, one or many.

import type { BoardEdits } from '../../board/edits.ts'
import type { PastedItem } from './lines.ts'

/** Adds items before another, or last, in their order; returns the last one's id. */
export function addItems(
  edits: BoardEdits,
  card: string,
  items: readonly PastedItem[],
  before: string | null,
): string | null {
  let last: string | null = null
  for (const { text, isDone } of items) {
    last = edits.addItem(card, text, before)
    if (isDone) edits.tickItem(card, last, true)
  }
  return last
}
