import { expect, test } from 'vitest'
import { daysFrom, joinMoment, momentWords, quickDay, splitMoment } from './dates.ts'

const tuesday = new Date(2026, 10, 24, 10, 42)

test('the quick picks are today, tomorrow and the next Monday', () => {
  expect(quickDay('today', tuesday)).toBe('2026-11-24')
  expect(quickDay('tomorrow', new Date(2026, 11, 31))).toBe('2027-01-01')
  expect(quickDay('nextWeek', tuesday)).toBe('2026-11-30')
  expect(quickDay('nextWeek', new Date(2026, 10, 30))).toBe('2026-12-07')
  expect(quickDay('nextWeek', new Date(2026, 10, 29))).toBe('2026-11-30')
})

test('a day stays that day, a day with a time is an instant of this place', () => {
  expect(joinMoment('2026-11-26', null)).toBe('2026-11-26')
  const instant = joinMoment('2026-11-26', '18:00')
  expect(instant).toBe(new Date(2026, 10, 26, 18, 0).toISOString().replace('.000Z', 'Z'))
  expect(splitMoment(instant ?? '')).toEqual({ day: '2026-11-26', time: '18:00' })
  expect(splitMoment('2026-11-26')).toEqual({ day: '2026-11-26', time: null })
})

test('what is no date is none', () => {
  expect(joinMoment('', null)).toBeNull()
  expect(joinMoment('12026-01-01', null)).toBeNull()
  expect(splitMoment('soon')).toBeNull()
  expect(momentWords('<b>', tuesday, 'ko')).toBeNull()
  expect(daysFrom('soon', tuesday)).toBeNull()
})

test('dates in words name the weekday, and the year only where it is another one', () => {
  expect(momentWords('2026-11-26', tuesday, 'ko')).toBe('11월 26일 (목)')
  expect(momentWords('2026-11-26', tuesday, 'en')).toBe('Thu, Nov 26')
  expect(momentWords('9999-12-31', tuesday, 'ko')).toContain('9999')
  expect(momentWords(joinMoment('2026-11-26', '18:00') ?? '', tuesday, 'ko')).toBe('11월 26일 (목) 18:00')
})

test('days are counted from one midnight to another', () => {
  expect(daysFrom('2026-11-23', tuesday)).toBe(-1)
  expect(daysFrom('2026-11-25', tuesday)).toBe(1)
})
