import { expect, test } from 'vitest'
import { isFoundBy } from './search.ts'

test('initial consonants stand for syllables', () => {
  expect(isFoundBy('ㅅㅍㄹ', '다음 스프린트')).toBe(true)
  expect(isFoundBy('ㅅㅂㄹ', '다음 스프린트')).toBe(false)
})

test('a syllable being composed matches what it may become', () => {
  for (const typed of ['ㅅ', '스', '슾', '스ㅍ', '스프', '스플', '스프리', '스프린'])
    expect(isFoundBy(typed, '스프린트'), typed).toBe(true)
  for (const typed of ['슨', '스픔', '스플리', '스프리ㄴ']) expect(isFoundBy(typed, '스프린트'), typed).toBe(false)
})

test('words may stand in any order, in either case, composed or not', () => {
  expect(isFoundBy('order RETRY', 'Retry per order')).toBe(true)
  expect(isFoundBy('결제'.normalize('NFD'), '결제팀')).toBe(true)
  expect(isFoundBy('', 'anything')).toBe(true)
  expect(isFoundBy('🙂', 'ok 🙂!')).toBe(true)
})
