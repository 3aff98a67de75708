import { describe, expect, it } from 'vitest'
import type { SprintData } from '../../board/read.ts'
import { parseRecord, type SprintRecord } from '../figures/record.ts'
import { averageOf, velocityOf } from './velocity.ts'

const sprint = (id: string) => ({ id, name: id }) as SprintData
const record = (committed: number, done: number, count = 1): SprintRecord => {
  const parsed = parseRecord({ committed: { count, points: committed }, done: { count, points: done } })
  if (!parsed) throw new Error('the record cannot be read')
  return parsed
}

describe('velocity', () => {
  it('runs from the oldest to the newest of the last ten sprints', () => {
    const sprints = Array.from({ length: 12 }, (_, at) => sprint(`s${12 - at}`))
    const records = new Map(sprints.map(({ id }, at) => [id, record(10, at)]))

    const { bars, unit } = velocityOf(sprints, records)

    expect(unit).toBe('points')
    expect(bars.map((bar) => bar.sprint.id)).toEqual(['s3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 's12'])
    expect(averageOf(bars)).toBe(4.5)
  })

  it('leaves out sprints whose record is not here', () => {
    expect(velocityOf([sprint('a'), sprint('b')], new Map([['b', record(1, 1)]])).bars).toHaveLength(1)
    expect(averageOf([])).toBe(0)
  })

  it('counts cards where nothing was estimated', () => {
    const { bars, unit } = velocityOf([sprint('a')], new Map([['a', record(0, 0, 7)]]))

    expect(unit).toBe('count')
    expect(bars[0]).toMatchObject({ committed: 7, done: 7 })
  })
})
