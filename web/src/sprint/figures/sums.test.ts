import { describe, expect, it } from 'vitest'
import { BoardStore } from '../../board/board-store.ts'
import { documentOf } from '../../board/fixtures.ts'
import { fitOf, sumsOf, unitOf } from './sums.ts'

const place = (column: string, rank: string) => ({ w: { column, lane: null, rank, at: 1, by: 'usr_a' } })

const store = new BoardStore(
  documentOf({
    columns: {
      todo: { name: 'To do', category: 'todo', rank: 'a0' },
      done: { name: 'Done', category: 'done', rank: 'a1' },
    },
    sprints: { s1: { name: 'One' } },
    cards: {
      a: { title: 'a', position: place('todo', 'a0'), points: 0.1, plan: { $plain: { sprint: 's1', rank: 'a0' } } },
      b: { title: 'b', position: place('done', 'a0'), points: 0.2, plan: { $plain: { sprint: 's1', rank: 'a1' } } },
      c: { title: 'c', position: place('todo', 'a1'), plan: { $plain: { sprint: 's1', rank: 'a2' } } },
      d: { title: 'd', position: place('todo', 'a2') },
    },
  }),
)

describe('sums of a sprint', () => {
  it('count what is planned into it and what of that is done', () => {
    expect(sumsOf(store, 's1')).toEqual({
      total: { count: 3, points: 0.3 },
      done: { count: 1, points: 0.2 },
      remaining: { count: 2, points: 0.1 },
      unestimated: 1,
    })
    expect(sumsOf(store, null).total).toEqual({ count: 1, points: 0 })
  })

  it('are told in cards where nothing is estimated', () => {
    expect(unitOf({ count: 3, points: 0 })).toBe('count')
    expect(unitOf({ count: 3, points: 1 })).toBe('points')
  })
})

describe('fit', () => {
  it('of a planned sprint is its whole capacity', () => {
    expect(fitOf(60, 64, null)).toEqual({ room: 60, spare: -4 })
  })

  it('of one under way is what its days left stand for', () => {
    expect(fitOf(60, 28, { left: 4, of: 10 })).toEqual({ room: 24, spare: -4 })
  })

  it('is unknown without a capacity', () => {
    expect(fitOf(null, 28, null)).toBeNull()
  })
})
