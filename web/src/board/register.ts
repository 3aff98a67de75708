// A newest-wins register: a Y.Map from writer to a whole value with `at` and `by`.
// The newest well-formed value counts; what was overwritten concurrently stays until the next write that sees it.
// The twin of `src/board/register.rs`; both run `client-protocol/fixtures/register.json`.

import type * as Y from 'yjs'
import { isPartId } from './ids.ts'
import { compare } from './rank.ts'

/** 2100-01-01: a later moment is a broken clock or a lie. */
const AT_MAX = 4_102_444_800_000

/** A place on the board. */
export interface Position {
  readonly column: string
  readonly lane: string | null
  readonly rank: string
}

/** One writer's value. */
export interface Entry extends Position {
  readonly writer: string
  readonly at: number
  readonly by: string
}

/** Every well-formed value of a position, newest first. */
export function readPositions(entries: Iterable<[string, unknown]>): Entry[] {
  const read: Entry[] = []
  for (const [writer, value] of entries) {
    const entry = parse(writer, value)
    if (entry) read.push(entry)
  }
  return read.sort((a, b) => b.at - a.at || compare(b.by, a.by) || compare(b.writer, a.writer))
}

/** The `at` of a write made now by someone who sees these entries. */
export function nextAt(seen: readonly { readonly at: number }[], now: number): number {
  const newest = seen[0]
  return Math.min(Math.max(now, newest ? newest.at + 1 : 0, 0), AT_MAX)
}

/** Writes a position over everything this copy sees. Inside a transaction of the caller's. */
export function writePosition(map: Y.Map<unknown>, position: Position, by: string, now: number): void {
  const at = nextAt(readPositions(map.entries()), now)
  const own = String(map.doc?.clientID ?? 0)
  for (const writer of [...map.keys()]) if (writer !== own) map.delete(writer)
  map.set(own, { column: position.column, lane: position.lane, rank: position.rank, at, by })
}

function parse(writer: string, value: unknown): Entry | null {
  if (!isRecord(value)) return null
  const { column, lane, rank, by } = value
  const at = moment(value['at'])
  if (typeof column !== 'string' || !isPartId(column) || typeof rank !== 'string' || typeof by !== 'string') return null
  if (at === null || (lane !== undefined && lane !== null && typeof lane !== 'string')) return null
  return { writer, column, lane: lane ?? null, rank, at, by }
}

/** A moment in ms since 1970, or null when it is none. */
export function moment(value: unknown): number | null {
  const at = typeof value === 'bigint' ? Number(value) : value
  return typeof at === 'number' && Number.isInteger(at) && at >= 0 && at <= AT_MAX ? at : null
}

/** A plain object of a document, whatever is in it. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
