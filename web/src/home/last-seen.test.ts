import { expect, test } from 'vitest'
import { newsSince } from './last-seen.ts'

const MINUTE = 60_000
const START = Date.UTC(2026, 10, 23)

test('news are from the end of the visit before, however often one looks during this one', () => {
  const first = newsSince(START)
  expect(first).toBeLessThan(START)
  expect(newsSince(START + 20 * MINUTE)).toBe(first)
  expect(newsSince(START + 45 * MINUTE)).toBe(first)

  const nextDay = START + 24 * 60 * MINUTE
  expect(newsSince(nextDay)).toBe(START + 45 * MINUTE)
  expect(newsSince(nextDay + MINUTE)).toBe(START + 45 * MINUTE)
})
