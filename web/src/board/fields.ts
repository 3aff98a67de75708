// Fields of a part (a card, a column, a sprint …): each is a newest-wins register laid flat into the part's own map.
// The plain key `name` holds what the part was made with; `name@writer` holds one later write, `{value, at, by}`.
// Promises: the newest well-formed write counts, else the plain key; what was overwritten concurrently stays to be
// restored until somebody who sees it writes again. Nothing nested is ever made for it, so parts of any age take part.
// The twin of `src/board/field.rs`; both run `client-protocol/fixtures/field.json`.

import type * as Y from 'yjs'
import { compare } from './rank.ts'
import { isRecord, moment, nextAt } from './register.ts'

const SEPARATOR = '@'

/** One write of a field; null clears it. */
export interface Written {
  readonly writer: string
  readonly value: unknown
  readonly at: number
  readonly by: string
  /** Why the server wrote it, when it took back somebody's edit. */
  readonly lost: unknown
}

/** A value that another one took the place of while its author did not see that one. */
export interface LostValue {
  readonly field: string
  readonly value: unknown
  readonly at: number
  readonly by: string
  readonly winner: Pick<Written, 'value' | 'at' | 'by'>
}

/** Takes what is of the field's kind; undefined for anything else. */
export type Parse<Value> = (value: unknown) => Value | undefined

/** A part as it is read: one walk over its map, however many fields are asked for. */
export class Part {
  readonly #map: Y.Map<unknown>
  readonly #writes: ReadonlyMap<string, readonly Written[]>

  constructor(map: Y.Map<unknown>) {
    this.#map = map
    this.#writes = writesOf(map)
  }

  /** The value that counts, or null. */
  field<Value>(name: string, parse: Parse<Value>): Value | null {
    const newest = this.#wellFormed(name, parse)[0]
    return (newest ? parseWritten(newest, parse) : parse(this.#map.get(name))) ?? null
  }

  /** The write that counts; null when the part still has what it was made with. */
  written<Value>(name: string, parse: Parse<Value>): Written | null {
    return this.#wellFormed(name, parse)[0] ?? null
  }

  /** The writes that lost, newest first. Values equal to the winner are no loss. */
  overwritten<Value>(name: string, parse: Parse<Value>): LostValue[] {
    const [winner, ...others] = this.#wellFormed(name, parse)
    if (!winner) return []
    const lost = others.filter((write) => JSON.stringify(write.value) !== JSON.stringify(winner.value))
    return lost.map(({ value, at, by }) => ({ field: name, value, at, by, winner }))
  }

  #wellFormed<Value>(name: string, parse: Parse<Value>): Written[] {
    const writes = this.#writes.get(name)
    if (!writes) return []
    return writes.filter((write) => parseWritten(write, parse) !== undefined)
  }
}

/** Writes a field over everything this copy sees. Inside a transaction of the caller's. */
export function writeField(map: Y.Map<unknown>, name: string, value: unknown, by: string, now: number): void {
  const at = nextAt(writesOf(map).get(name) ?? [], now)
  const prefix = name + SEPARATOR
  const own = prefix + String(map.doc?.clientID ?? 0)
  for (const key of [...map.keys()]) if (key.startsWith(prefix) && key !== own) map.delete(key)
  map.set(own, { value, at, by })
}

const NONE: ReadonlyMap<string, readonly Written[]> = new Map()

/** The writes of every field, newest first. */
function writesOf(map: Y.Map<unknown>): ReadonlyMap<string, readonly Written[]> {
  let found: Map<string, Written[]> | null = null
  for (const [key, value] of map.entries()) {
    const end = key.indexOf(SEPARATOR)
    if (end < 0 || !isRecord(value)) continue
    const at = moment(value['at'])
    const by = value['by']
    if (at === null || typeof by !== 'string' || !('value' in value)) continue
    found ??= new Map()
    const write = { writer: key.slice(end + 1), value: value['value'], at, by, lost: value['lost'] ?? null }
    const name = key.slice(0, end)
    found.set(name, [...(found.get(name) ?? []), write])
  }
  for (const writes of found?.values() ?? []) {
    writes.sort((a, b) => b.at - a.at || compare(b.by, a.by) || compare(b.writer, a.writer))
  }
  return found ?? NONE
}

function parseWritten<Value>(write: Written, parse: Parse<Value>): Value | null | undefined {
  return write.value === null ? null : parse(write.value)
}

export const asText: Parse<string> = (value) => (typeof value === 'string' ? value : undefined)
export const asFlag: Parse<boolean> = (value) => (typeof value === 'boolean' ? value : undefined)

/** A finite number; the server writes whole numbers as big integers. */
export const asNumber: Parse<number> = (value) => {
  const number = typeof value === 'bigint' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}
