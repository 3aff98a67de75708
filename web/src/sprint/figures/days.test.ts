import { describe, expect, it } from 'vitest'
import { dayNumber, dayOf, daysLeft, dayText, defaultSpan, workingDays } from './days.ts'

const day = (text: string): number => dayNumber(text) ?? Number.NaN
const at = (text: string): number => new Date(text).getTime()

describe('days', () => {
  it('are read only when they exist', () => {
    expect(dayText(day('2026-11-16'))).toBe('2026-11-16')
    for (const wrong of ['2026-02-30', '2026-13-01', 'tomorrow', '', null]) expect(dayNumber(wrong)).toBeNull()
  })

  it('of an instant are those of this place', () => {
    expect(dayOf(at('2026-11-24T00:00:00'))).toBe(day('2026-11-24'))
    expect(dayOf(at('2026-11-24T23:59:59'))).toBe(day('2026-11-24'))
  })
})

describe('working days', () => {
  it('leave out weekends', () => {
    expect(workingDays(day('2026-11-16'), day('2026-11-27'))).toHaveLength(10)
    expect(workingDays(day('2026-11-21'), day('2026-11-22'))).toEqual([])
    expect(workingDays(day('2026-11-27'), day('2026-11-16'))).toEqual([])
  })

  it('left count today, and a weekend as the days to come', () => {
    const left = (now: string) => daysLeft('2026-11-16', '2026-11-27', at(now))
    expect(left('2026-11-24T09:00:00')).toEqual({ left: 4, of: 10 })
    expect(left('2026-11-22T09:00:00')).toEqual({ left: 5, of: 10 })
    expect(left('2026-11-10T09:00:00')).toEqual({ left: 10, of: 10 })
    expect(left('2026-11-28T09:00:00')).toEqual({ left: 0, of: 10 })
  })

  it('are not counted in a span that nobody knows', () => {
    expect(daysLeft(null, '2026-11-27', 0)).toBeNull()
    expect(daysLeft('2026-11-21', '2026-11-22', 0)).toBeNull()
  })

  it('of a slip of the keyboard are bounded', () => {
    expect(workingDays(day('2026-11-16'), day('9999-11-16')).length).toBeLessThan(1_000)
  })
})

describe('a new sprint', () => {
  it('lasts two weeks from the next Monday', () => {
    expect(defaultSpan(day('2026-11-22'))).toEqual({ start: '2026-11-23', end: '2026-12-04' })
    expect(defaultSpan(day('2026-11-23'))).toEqual({ start: '2026-11-30', end: '2026-12-11' })
    expect(defaultSpan(day('2026-11-27'))).toEqual({ start: '2026-11-30', end: '2026-12-11' })
  })
})
