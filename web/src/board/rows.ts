// The rows of a column: its cards, with teammates' drags among them. Without drags nothing is copied, so that a long
// column costs nothing.

import type { Dragging } from './board-context.tsx'

export type Row =
  | { readonly kind: 'card'; readonly card: string }
  /** A teammate has taken this card from here. */
  | { readonly kind: 'origin'; readonly card: string; readonly drag: Dragging }
  /** A teammate holds this card here. */
  | { readonly kind: 'ghost'; readonly card: string; readonly drag: Dragging }

export interface Rows {
  readonly length: number
  at(index: number): Row | null
  keyAt(index: number): string
  /** Which card of the column a row is. */
  cardIndex(index: number): number
}

/** `shown`: the drags whose ghosts may stand here; what was taken leaves a mark wherever it was. */
export function rowsOf(
  cards: readonly string[],
  column: string,
  drags: readonly Dragging[],
  shown: readonly Dragging[] = drags,
): Rows {
  const origins = new Map(drags.flatMap((drag) => [drag.drag.card, ...drag.drag.others].map((id) => [id, drag])))
  const ghosts = shown.filter(({ drag }) => drag.column === column)
  const rowOf = (card: string): Row => {
    const drag = origins.get(card)
    return drag ? { kind: 'origin', card, drag } : { kind: 'card', card }
  }
  if (ghosts.length === 0) {
    return {
      length: cards.length,
      at: (index) => (cards[index] === undefined ? null : rowOf(cards[index])),
      keyAt: (index) => cards[index] ?? `${index}`,
      cardIndex: (index) => index,
    }
  }
  const rows: Row[] = cards.map(rowOf)
  const indexes = cards.map((_, index) => index)
  for (const drag of ghosts) {
    const before = rows.findIndex((row) => row.kind !== 'ghost' && row.card === drag.drag.before)
    const at = before < 0 ? rows.length : before
    rows.splice(at, 0, { kind: 'ghost', card: drag.drag.card, drag })
    indexes.splice(at, 0, -1)
  }
  return {
    length: rows.length,
    at: (index) => rows[index] ?? null,
    keyAt(index) {
      const row = rows[index]
      if (!row) return `${index}`
      return row.kind === 'ghost' ? `ghost ${row.drag.clientId}` : row.card
    },
    cardIndex: (index) => indexes[index] ?? -1,
  }
}
