// What a sprint holds: cards and their points, and how that compares with what the team can do.

import type { BoardStore } from '../../board/board-store.ts'
import type { DaysLeft } from './days.ts'

/** Some cards, counted and weighed. */
export interface Sum {
  readonly count: number
  readonly points: number
}

export const NOTHING: Sum = { count: 0, points: 0 }

export type Unit = keyof Sum

export interface SprintSums {
  readonly total: Sum
  readonly done: Sum
  readonly remaining: Sum
  /** Cards that nobody has estimated. */
  readonly unestimated: number
}

export function plus(a: Sum, b: Sum): Sum {
  return { count: a.count + b.count, points: tidy(a.points + b.points) }
}

export function minus(a: Sum, b: Sum): Sum {
  return { count: a.count - b.count, points: tidy(a.points - b.points) }
}

/** Halves and tenths add up without a tail of digits. */
export function tidy(points: number): number {
  return Math.round(points * 1_000) / 1_000
}

export function isDone(store: BoardStore, id: string): boolean {
  return store.columnOf(id)?.column.category === 'done'
}

export function sumOf(store: BoardStore, ids: readonly string[]): Sum {
  return { count: ids.length, points: tidy(ids.reduce((sum, id) => sum + (store.card(id)?.points ?? 0), 0)) }
}

/** What is planned into a sprint now (null: the backlog). */
export function sumsOf(store: BoardStore, sprint: string | null): SprintSums {
  const ids = store.planned(sprint)
  const total = sumOf(store, ids)
  const done = sumOf(
    store,
    ids.filter((id) => isDone(store, id)),
  )
  const unestimated = ids.filter((id) => store.card(id)?.points === null).length
  return { total, done, remaining: minus(total, done), unestimated }
}

/** A team that estimates nothing counts cards. */
export function unitOf(total: Sum): Unit {
  return total.points > 0 ? 'points' : 'count'
}

/** How what is left compares with what can still be done. */
export interface Fit {
  /** What the team can still do, in points. */
  readonly room: number
  /** How much of that stays free; negative: how much does not fit. */
  readonly spare: number
}

/** Capacity is given for the whole sprint; of one under way, what its working days left stand for counts. */
export function fitOf(capacity: number | null, points: number, days: DaysLeft | null): Fit | null {
  if (capacity === null) return null
  const room = days ? Math.round((capacity * days.left) / days.of) : capacity
  return { room, spare: tidy(room - points) }
}
