import { expect, test } from 'vitest'
import { matchesText, matchRanges } from './search.ts'

test.each([
  ['ㅅㅍㄹ', '스프린트 24'],
  ['ㅅㅍㄹㅌ', '다음 스프린트'],
  ['스ㅍ', '스프린트'],
  ['스프리', '스프린트'],
  ['슾', '스프린트'],
  ['스프린', '스프린트'],
  ['값', '값'],
  ['없', '업서'],
  ['ㅄ', '버스'],
  ['ㄱㅈ 24', '24번 결제 오류'],
  ['결제 오류', '오류: 결제 실패'],
  ['pay-12', 'PAY-123 환불'],
  ['ㄲ', '끄기'],
  ['', '무엇이든'],
  ['  ', '무엇이든'],
  ['스프린트', '스프린트'],
  ['ㅋㅋ', 'ㅋㅋ 좋아요'],
  ['스플', '스프린트'],
  ['order RETRY', 'Retry per order'],
  ['결제'.normalize('NFD'), '결제팀'],
  ['🙂', 'ok 🙂!'],
])('%s finds %s', (query, text) => {
  expect(matchesText(query, text)).toBe(true)
})

test.each([
  ['ㅅㅍㄹ', '스프트린'],
  ['ㅅㅍㄹ', 'sprint'],
  ['스파', '스프린트'],
  ['결재', '결제'],
  ['스프 결제', '스프린트'],
  ['ㄱ', '까치'],
  ['ㅅㅂㄹ', '다음 스프린트'],
  ['슨', '스프린트'],
  ['스픔', '스프린트'],
  ['스플리', '스프린트'],
  ['스프리ㄴ', '스프린트'],
  ['스프', '슢린트'],
  ['x', ''],
])('%s does not find %s', (query, text) => {
  expect(matchesText(query, text)).toBe(false)
})

test('what was found is pointed at, in the order of the text', () => {
  expect(matchRanges('ㄱㅈ 스프', '스프린트의 결제')).toEqual([
    [0, 2],
    [6, 8],
  ])
  expect(matchRanges('없음', '스프린트')).toBeNull()
})

test('a text that grows by folding is found but not pointed at', () => {
  expect(matchRanges('x', 'İx')).toEqual([])
})
