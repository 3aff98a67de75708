// Lanes: the board's cards in rows, by who does them, by label or by type. Each card stands in one lane, the first that
// fits, so that it is on the board once.

import type { BoardSnapshot, BoardStore } from './board-store.ts'
import { type Group, NONE } from './filter.ts'
import type { ShownColumn } from './lens.ts'
import { CARD_TYPES, type CardData, type CardType } from './read.ts'

export interface Lane {
  /** A member, a label, a type or `none`. */
  readonly key: string
  /** Its cards, column by column. */
  readonly cells: readonly (readonly string[])[]
  readonly count: number
  readonly points: number
}

/** The lane that a card stands in. */
export function laneOf(card: CardData, group: Group, { labels }: Pick<BoardSnapshot, 'labels'>): string {
  if (group === 'type') return card.type
  if (group === 'assignee') return card.assignees[0] ?? NONE
  return card.labels.find((id) => labels.has(id)) ?? NONE
}

/** Every lane that has cards, in the order of names, those of nobody last. */
export function lanesOf(columns: readonly ShownColumn[], group: Group, store: BoardStore): Lane[] {
  const snapshot = store.snapshot()
  const lanes = new Map<string, { cells: string[][]; count: number; points: number }>()
  for (const [at, { cards }] of columns.entries()) {
    for (const id of cards) {
      const card = store.card(id)
      if (!card) continue
      const key = laneOf(card, group, snapshot)
      let lane = lanes.get(key)
      if (!lane) {
        lane = { cells: columns.map(() => []), count: 0, points: 0 }
        lanes.set(key, lane)
      }
      lane.cells[at]?.push(id)
      lane.count += 1
      lane.points += card.points ?? 0
    }
  }
  return [...lanes].map(([key, lane]) => ({ key, ...lane })).sort(byName(group, snapshot))
}

function byName(group: Group, { labels, members }: BoardSnapshot): (a: Lane, b: Lane) => number {
  const name = ({ key }: Lane): string =>
    group === 'type'
      ? String(CARD_TYPES.indexOf(key as CardType))
      : ((group === 'label' ? labels.get(key)?.name : members.get(key)?.name) ?? key)
  return (a, b) => Number(a.key === NONE) - Number(b.key === NONE) || name(a).localeCompare(name(b))
}
