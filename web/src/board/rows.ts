// The rows of a column: its cards, with teammates' drags among them. The cards are never copied, so that a long column
// costs nothing, however often a hand moves over it.

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
  const rowOf = (card: string): Row => {
    const drag = origins.get(card)
    return drag ? { kind: 'origin', card, drag } : { kind: 'card', card }
  }
  // A ghost stands right above the card it would land before, so the rows above it are cards and the ghosts before it.
  const ghosts = shown
    .filter(({ drag }) => drag.column === column)
    .map((drag) => ({ drag, above: cardsAbove(cards, drag.drag.before) }))
    .sort((a, b) => a.above - b.above)
    .map(({ drag, above }, at) => ({ drag, at: above + at }))
  // Asked for each row whenever a ghost moves: nothing is allocated.
  const ghostsAbove = (index: number): number => {
    let above = 0
    while ((ghosts[above]?.at ?? index) < index) above += 1
    return above
  }
  const cardAt = (index: number): number => index - ghostsAbove(index)
  const ghostAt = (index: number): Dragging | null => {
    const next = ghosts[ghostsAbove(index)]
    return next?.at === index ? next.drag : null
  }
  return {
    length: cards.length + ghosts.length,
    at(index) {
      const drag = ghostAt(index)
      if (drag) return { kind: 'ghost', card: drag.drag.card, drag }
      const card = cards[cardAt(index)]
      return card === undefined ? null : rowOf(card)
    },
    keyAt(index) {
      const drag = ghostAt(index)
      return drag ? `ghost ${drag.clientId}` : (cards[cardAt(index)] ?? `${index}`)
    },
    cardIndex: (index) => (ghostAt(index) ? -1 : cardAt(index)),
  }
}

function cardsAbove(cards: readonly string[], before: string | null): number {
  const at = before === null ? -1 : cards.indexOf(before)
  return at < 0 ? cards.length : at
}
