import { expect, test } from 'vitest'
import { byDue, groupOf, type MyCard } from './home-data.ts'

/** A Wednesday. */
const NOW = new Date('2026-11-25T10:00:00').getTime()

test.each([
  ['2026-11-24', 'late'],
  ['2026-11-25', 'today'],
  ['2026-11-25T23:30:00', 'today'],
  ['2026-11-26', 'week'],
  ['2026-11-29', 'week'],
  ['2026-11-30', 'later'],
  ['9999-12-31', 'later'],
  ['soon', 'none'],
  [null, 'none'],
] as const)('due %s belongs to %s', (due, group) => {
  expect(groupOf(due, NOW)).toBe(group)
})

test('within a group the earliest comes first, then the most urgent', () => {
  const card = (id: string, due: string, priority: string | null): MyCard => ({
    board: 'b',
    boardName: '',
    card: id,
    number: null,
    title: id,
    column: '',
    due,
    points: null,
    priority,
  })
  const cards = [
    card('low', '2026-11-27', 'low'),
    card('none', '2026-11-27', null),
    card('soon', '2026-11-26', null),
    card('urgent', '2026-11-27', 'urgent'),
  ]

  expect(
    byDue(cards, NOW)
      .get('week')
      ?.map(({ card: id }) => id),
  ).toEqual(['soon', 'urgent', 'none', 'low'])
})
