import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { fixture, type JsonObject } from './fixtures.ts'
import { nextAt, readPositions, writePosition } from './register.ts'

interface Case {
  readonly description: string
  readonly entries: JsonObject
  readonly winner: string | null
  readonly overwritten: readonly string[]
  readonly now_ms: number
  readonly next_at: number
}

const { cases } = fixture<{ cases: Case[] }>('register')

describe('a position is the newest that somebody wrote', () => {
  it.each(cases)('$description', ({ entries, winner, overwritten, now_ms, next_at }) => {
    const read = readPositions(Object.entries(entries))

    expect(read[0]?.writer ?? null).toBe(winner)
    expect(read.slice(1).map((entry) => entry.writer)).toEqual(overwritten)
    expect(nextAt(read, now_ms)).toBe(next_at)
  })

  it('a write removes every value it sees, malformed ones too', () => {
    const map = new Y.Doc().getMap<unknown>('position')
    map.set('1', { column: 'todo', lane: null, rank: 'a0', at: 7, by: 'ann' })
    map.set('2', 'nonsense')

    writePosition(map, { column: 'done', lane: null, rank: 'a1' }, 'ben', 3)

    const own = String(map.doc?.clientID)
    expect(map.toJSON()).toEqual({ [own]: { column: 'done', lane: null, rank: 'a1', at: 8, by: 'ben' } })
  })

  it('of two moves made apart the newer wins everywhere, and the other stays', () => {
    const [ann, ben] = [new Y.Doc(), new Y.Doc()]
    writePosition(ann.getMap('position'), { column: 'doing', lane: null, rank: 'a0' }, 'ann', 10)
    writePosition(ben.getMap('position'), { column: 'done', lane: null, rank: 'a0' }, 'ben', 20)

    Y.applyUpdate(ann, Y.encodeStateAsUpdate(ben))
    Y.applyUpdate(ben, Y.encodeStateAsUpdate(ann))

    for (const document of [ann, ben]) {
      const columns = readPositions(document.getMap('position').entries()).map((entry) => entry.column)
      expect(columns).toEqual(['done', 'doing'])
    }
  })
})
