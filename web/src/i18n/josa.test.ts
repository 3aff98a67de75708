import { expect, test } from 'vitest'
import { withJosa } from './josa.ts'

test.each([
  ['리뷰', '으로/로', '리뷰로'],
  ['진행 중', '으로/로', '진행 중으로'],
  ['할 일', '으로/로', '할 일로'],
  ['카드', '을/를', '카드를'],
  ['지은', '이/가', '지은이'],
  ['Sprint 24', '을/를', 'Sprint 24를'],
  ['Sprint 23', '을/를', 'Sprint 23을'],
  ['Channel', '으로/로', 'Channel로'],
  ['', '을/를', '를'],
] as const)('%s takes %s as %s', (word, josa, expected) => {
  expect(withJosa(word, josa)).toBe(expected)
})
