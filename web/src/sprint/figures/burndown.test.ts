import { describe, expect, it } from 'vitest'
import { axisMarks, burndownOf, linePath, stepPath } from './burndown.ts'
import { parseRecord } from './record.ts'

const at = (text: string): number => new Date(text).getTime()
const sum = (points: number) => ({ count: 1, points })
const span = { start: '2026-11-16', end: '2026-11-27' }

/** Ten working days; 66 points were committed, 8 were added on the fourth day, 28 of 74 are left at the seventh. */
const record = parseRecord({
  burndown: [
    { at: at('2026-11-16T00:00:00'), remaining: sum(66), scope: sum(66) },
    { at: at('2026-11-17T12:00:00'), remaining: sum(60), scope: sum(66) },
    { at: at('2026-11-19T00:00:00'), remaining: sum(58), scope: sum(74) },
  ],
  started_at: at('2026-11-16T00:00:00'),
  completed_at: null,
})
const now = { at: at('2026-11-24T10:00:00'), remaining: sum(28), scope: sum(74) }

describe('a burndown', () => {
  it('counts time in working days', () => {
    const { days, remaining } = burndownOf(record, span, now, 'points')

    expect(days).toHaveLength(10)
    expect(remaining.map(({ x }) => Math.round(x * 100) / 100)).toEqual([0, 1.5, 3, 6.42])
  })

  it('says how far ahead of the plan the team is', () => {
    // 74 points × 4 of 10 days left = 29.6.
    expect(burndownOf(record, span, now, 'points').ahead).toBe(2)
  })

  it('lifts the plan by what the remaining days can bear of added work', () => {
    const { ideal } = burndownOf(record, span, now, 'points')

    expect(ideal.map(({ x, y }) => [x, Math.round(y * 10) / 10])).toEqual([
      [0, 66],
      [3, 46.2],
      [3, 51.8],
      [10, 0],
    ])
  })

  it('tells each day once it has come', () => {
    const { rows } = burndownOf(record, span, now, 'points')

    expect(rows[1]).toMatchObject({ remaining: 60, scope: 66, ideal: 52.8 })
    expect(rows[6]).toMatchObject({ remaining: 28, scope: 74 })
    expect(rows[7]).toMatchObject({ remaining: null, scope: null, ideal: 14.8 })
  })

  it('goes on past its planned end', () => {
    const late = { ...now, at: at('2026-12-01T10:00:00') }
    const burndown = burndownOf(record, span, late, 'points')

    expect(burndown.days).toHaveLength(12)
    expect(burndown.plannedDays).toBe(10)
    expect(burndown.ahead).toBe(-28)
  })

  it('of an unknown span has no plan', () => {
    const burndown = burndownOf(record, { start: null, end: null }, now, 'points')

    expect(burndown.ideal).toEqual([])
    expect(burndown.ahead).toBeNull()
    expect(burndown.remaining.at(-1)?.y).toBe(28)
  })

  it('is drawn from what is known while there is no record', () => {
    const burndown = burndownOf(null, span, now, 'points')

    expect(burndown.remaining).toHaveLength(1)
    expect(burndown.ideal[0]).toEqual({ x: 0, y: 74 })
  })

  it('that is over stays as it was', () => {
    const over = parseRecord({
      burndown: [{ at: at('2026-11-27T17:00:00'), remaining: 3, scope: 10 }],
      completed_at: 0,
    })

    expect(burndownOf(over, span, null, 'points').remaining).toEqual([{ x: 9 + 17 / 24, y: 3 }])
  })
})

describe('lines', () => {
  const points = [
    { x: 0, y: 4 },
    { x: 1, y: 2 },
  ]

  it('of what happened hold until the next moment', () => {
    expect(
      stepPath(
        points,
        (x) => x * 10,
        (y) => y,
      ),
    ).toBe('M0 4H10V2')
  })

  it('of the plan are straight', () => {
    expect(
      linePath(
        points,
        (x) => x * 10,
        (y) => y,
      ),
    ).toBe('M0 4L10 2')
  })

  it('have round marks beside them', () => {
    expect(axisMarks(74)).toEqual([0, 20, 40, 60, 80])
    expect(axisMarks(1)).toEqual([0, 1])
    expect(axisMarks(7)).toEqual([0, 2, 4, 6, 8])
  })
})
