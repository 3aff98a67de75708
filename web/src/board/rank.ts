// Ranks: strings that order columns and cards, with room for another one between any two.
// The twin of `src/board/rank.rs`; both run `client-protocol/fixtures/rank.json`.

import { generateNKeysBetween } from 'fractional-indexing'

const RANK_CHARS_MAX = 256
const SMALLEST_INTEGER = `A${'0'.repeat(26)}`

/** Where an inserted element goes, and which elements get a new rank so that it can. */
export interface Placement {
  readonly rank: string
  /** New ranks of elements already there, by their index in the order that was passed. */
  readonly rekeyed: readonly (readonly [index: number, rank: string])[]
}

/** Whether a string is a well-formed key. Others sort as the plain strings they are. */
export function isRank(text: string | null): text is string {
  if (text === null || text.length > RANK_CHARS_MAX || !/^[A-Za-z][0-9A-Za-z]*$/.test(text)) return false
  const integer = integerChars(text.charAt(0))
  if (text.length < integer || text === SMALLEST_INTEGER) return false
  return text.length === integer || !text.endsWith('0')
}

/** Orders two strings by UTF-16 code units. */
export function compare(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}

/** Orders ranks; elements without one go last. */
export function compareRanks(left: string | null, right: string | null): number {
  if (left !== null && right !== null) return compare(left, right)
  return Number(left === null) - Number(right === null)
}

/** Puts a new element at `index` of an ordered run of elements, whose ranks may be missing, equal or no keys at all. */
export function place(order: readonly (string | null)[], index: number): Placement {
  const at = Math.min(index, order.length)
  return placeBeside(order, at) ?? placeAnew(order.length, at)
}

function placeBeside(order: readonly (string | null)[], index: number): Placement | null {
  const keyAt = (at: number): string | null => {
    const rank = order[at] ?? null
    return isRank(rank) ? rank : null
  }
  const left = index === 0 ? null : keyAt(index - 1)
  if (index > 0 && left === null) return null
  let end = index
  while (end < order.length) {
    const key = keyAt(end)
    if (key !== null && (left === null || left < key)) break
    end += 1
  }
  const keys = generateNKeysBetween(left, keyAt(end), end - index + 1)
  const [rank, ...others] = keys
  if (rank === undefined || keys.some((key) => !isRank(key))) return null
  return { rank, rekeyed: others.map((key, offset) => [index + offset, key] as const) }
}

function placeAnew(length: number, index: number): Placement {
  const keys = generateNKeysBetween(null, null, length + 1)
  const [rank = 'a0'] = keys.splice(index, 1)
  return { rank, rekeyed: keys.map((key, at) => [at, key] as const) }
}

function integerChars(head: string): number {
  return head >= 'a' ? head.charCodeAt(0) - 'a'.charCodeAt(0) + 2 : 'Z'.charCodeAt(0) - head.charCodeAt(0) + 2
}
