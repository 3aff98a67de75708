// What several cards have in common: one value, or a mixture.

import type { CardData } from '../board/read.ts'

/** Whether something holds for all cards, for none, or for some. */
export type State = boolean | 'mixed'

export function stateAcross(cards: readonly CardData[], holds: (card: CardData) => boolean): State {
  const count = cards.filter(holds).length
  return count === 0 ? false : count === cards.length ? true : 'mixed'
}

/** The value that all cards share; undefined when they differ. */
export function sharedBy<Value>(cards: readonly CardData[], value: (card: CardData) => Value): Value | undefined {
  const [first, ...others] = cards.map(value)
  return others.every((other) => Object.is(other, first)) ? first : undefined
}
