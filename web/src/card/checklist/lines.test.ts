import { expect, test } from 'vitest'
import { pastedItems } from './lines.ts'

test('each line is an item, without its bullet', () => {
  expect(pastedItems('- 하나\r\n\n* [x] 둘\n3) 셋\n2026년 계획')).toEqual([
    { text: '하나', isDone: false },
    { text: '둘', isDone: true },
    { text: '셋', isDone: false },
    { text: '2026년 계획', isDone: false },
  ])
})

test('one line is pasted as it is', () => {
  expect(pastedItems('- 하나\n')).toBeNull()
  expect(pastedItems('')).toBeNull()
})
