import { describe, expect, it } from 'vitest'
import type { SprintData } from '../../board/read.ts'
import { between, planRows, rowKey, type Section, stepOf } from './rows.ts'

const sprint = (id: string): SprintData => ({
  id,
  name: id,
  goal: '',
  start: null,
  end: null,
  capacity: null,
  state: 'planned',
  startedAt: null,
  completedAt: null,
  carriedTo: null,
  isDeleted: false,
  lost: [],
})

const sections: Section[] = [
  { sprint: sprint('s1'), cards: ['a', 'b', 'c'], isFolded: false },
  { sprint: sprint('s2'), cards: ['d'], isFolded: true },
  { sprint: null, cards: [], isFolded: false },
]

describe('rows of the backlog page', () => {
  it('are heads, cards and ends; of a folded section only its head', () => {
    const kinds = planRows(sections).map((row) => (row.kind === 'card' ? row.card : row.kind))

    expect(kinds).toEqual(['head', 'a', 'b', 'c', 'end', 'head', 'head', 'end'])
    expect(new Set(planRows(sections).map(rowKey)).size).toBe(8)
  })
})

describe('a step', () => {
  it('leads past the neighbour', () => {
    expect(stepOf(sections, 'b', -1)).toEqual({ sprint: 's1', before: 'a' })
    expect(stepOf(sections, 'a', 1)).toEqual({ sprint: 's1', before: 'c' })
    expect(stepOf(sections, 'b', 1)).toEqual({ sprint: 's1', before: null })
  })

  it('leads over into the next section', () => {
    expect(stepOf(sections, 'c', 1)).toEqual({ sprint: 's2', before: 'd' })
    expect(stepOf(sections, 'd', -1)).toEqual({ sprint: 's1', before: null })
    expect(stepOf(sections, 'd', 1)).toEqual({ sprint: null, before: null })
  })

  it('leads nowhere at the ends', () => {
    expect(stepOf(sections, 'a', -1)).toBeNull()
    expect(stepOf(sections, 'x', 1)).toBeNull()
  })
})

describe('a range', () => {
  it('is the same in both directions', () => {
    expect(between(['a', 'b', 'c'], 'c', 'a')).toEqual(['a', 'b', 'c'])
    expect(between(['a', 'b', 'c'], 'gone', 'b')).toEqual(['b'])
  })
})
