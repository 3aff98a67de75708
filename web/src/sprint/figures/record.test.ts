import { describe, expect, it } from 'vitest'
import { parseRecord } from './record.ts'

describe('a record', () => {
  it('is read as the server writes it', () => {
    const record = parseRecord({
      state: 'closed',
      committed: { count: 2, points: 5 },
      added: { count: 1, points: 3 },
      removed: { count: 0, points: 0 },
      done: { count: 2, points: 6 },
      carried: { count: 1, points: 2 },
      cards: [
        { card: 'a', number: 1, title: 'A', points: 3, committed: true, added: false, removed: false, done: true },
      ],
      burndown: [
        { at: 2, remaining: { count: 1, points: 2 }, scope: { count: 3, points: 8 } },
        { at: 1, remaining: 5, scope: 5 },
      ],
      started_at: 1,
      completed_at: 2,
    })

    expect(record?.done).toEqual({ count: 2, points: 6 })
    expect(record?.cards[0]).toMatchObject({ card: 'a', committed: true, carried: false })
    expect(record?.burndown.map(({ at }) => at)).toEqual([1, 2])
  })

  it('that is malformed leaves out what cannot be read', () => {
    const record = parseRecord({ cards: [null, { title: 'no card' }], burndown: [{ at: 'now' }], committed: 'many' })

    expect(record).toMatchObject({ cards: [], burndown: [], committed: { count: 0, points: 0 }, startedAt: null })
    expect(parseRecord('no')).toBeNull()
  })
})
