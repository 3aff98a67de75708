import { beforeAll, expect, test } from 'vitest'
import { loadLaterWords, t } from '../i18n/words.ts'
import { changeWords, gather } from './change-words.ts'
import type { Change } from './home-data.ts'

beforeAll(loadLaterWords)

function change(at: number, body: Record<string, unknown>, byName = '민호'): Change {
  return { board: 'b', boardName: '결제팀', at, by: byName, byName, subject: 'c', title: '환불', body }
}

test('several changes of one card by one person are one line, led by what tells most', () => {
  const news = gather(
    [
      change(4, { kind: 'field', name: 'points', from: 1, to: 2 }),
      change(3, { kind: 'scope', change: 'estimated' }),
      change(2, { kind: 'moved', from: { name: '할 일' }, to: { name: '리뷰' } }),
      change(1, { kind: 'commented', comment: 'x' }, '지은'),
    ],
    null,
  )

  expect(news.map(({ at, byName, more, body }) => [at, byName, more, body['kind']])).toEqual([
    [4, '민호', 1, 'moved'],
    [1, '지은', 0, 'commented'],
  ])
})

test('what became mine comes before all else', () => {
  const [line] = gather([change(2, { kind: 'deleted' }), change(1, { kind: 'assigned', user: 'me' })], 'me')

  expect(line && changeWords(line, 'me', t)).toBe('카드를 나에게 맡겼어요')
})

test('what is not known is told as a change', () => {
  expect(changeWords(change(1, { kind: 'juggled' }), null, t)).toBe('카드를 바꿨어요')
  expect(changeWords(change(1, { kind: 'moved', to: { name: '리뷰' } }), null, t)).toBe('카드를 리뷰로 옮겼어요')
})

test('what happens to a board is told as the board’s', () => {
  const onBoard = (body: Record<string, unknown>): Change => ({ ...change(1, body), subject: 'board' })

  expect(changeWords(onBoard({ kind: 'board_renamed', from: '앱', to: '모바일' }), null, t)).toBe(
    '보드의 이름을 모바일로 바꿨어요',
  )
  expect(changeWords(onBoard({ kind: 'field', name: 'archived', from: false, to: true }), null, t)).toBe(
    '보드를 바꿨어요',
  )
})
