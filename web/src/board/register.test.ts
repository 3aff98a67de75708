import { expect, test } from 'vitest'
import * as Y from 'yjs'
import vectors from '../../../client-protocol/fixtures/register.json' with { type: 'json' }
import { nextAt, readPositions, writePosition } from './register.ts'

test.each(vectors.cases)('$description', ({ entries, winner, overwritten, now_ms, next_at }) => {
  const read = readPositions(Object.entries(entries))

  expect(read[0]?.writer ?? null).toBe(winner)
  expect(read.slice(1).map((entry) => entry.writer)).toEqual(overwritten)
  expect(nextAt(read, now_ms)).toBe(next_at)
})

test('two moves apart: the newest takes the whole place on both copies, and the other can be restored', () => {
  const [ann, ben] = [new Y.Doc(), new Y.Doc()]
  const map = (doc: Y.Doc): Y.Map<unknown> => doc.getMap('position')
  // The older move has the greater client id, which would win in a plain Y.Map.
  ann.clientID = 99
  ben.clientID = 2

  writePosition(map(ann), { column: 'doing', lane: null, rank: 'a0' }, 'usr_ann', 900)
  writePosition(map(ben), { column: 'done', lane: null, rank: 'a5' }, 'usr_ben', 1700)
  Y.applyUpdate(ann, Y.encodeStateAsUpdate(ben))
  Y.applyUpdate(ben, Y.encodeStateAsUpdate(ann))

  for (const doc of [ann, ben]) {
    const [winner, loser] = readPositions(map(doc).entries())
    expect(winner).toMatchObject({ column: 'done', rank: 'a5', by: 'usr_ben' })
    expect(loser).toMatchObject({ column: 'doing', rank: 'a0', by: 'usr_ann' })
  }
})
