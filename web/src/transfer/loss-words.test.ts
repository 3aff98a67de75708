import { beforeAll, expect, test } from 'vitest'
import { loadLaterWords } from '../i18n/words.ts'
import { lossLines } from './loss-words.ts'
import type { Loss } from './upload.ts'

beforeAll(loadLaterWords)

const loss = (fate: Loss['fate'], kind: string, note: string, count: number, lines: number[] = []): Loss => ({
  fate,
  kind,
  note,
  count,
  lines,
})

test('lines that say the same are one, and what is gone comes before what is only hidden', () => {
  const lines = lossLines([
    loss('kept', 'card.idShort', "Trello's card numbers", 40),
    loss('lost', 'card.url', 'address in Trello', 3),
    loss('lost', 'card.shortUrl', 'address in Trello', 3),
    loss('lost', 'due dates', 'not understood as a date', 2, [4, 9]),
  ])

  expect(lines.map(({ count, words, detail }) => [count, words, detail])).toEqual([
    [6, 'Trello 주소', ''],
    [2, '마감일', '날짜로 읽을 수 없음 · 파일의 4, 9번째 줄'],
    [40, 'Trello의 카드 번호', '보이지는 않지만 문서에 남아 있어요'],
  ])
})

test('a column is named, and a phrase that is not known is shown as it is', () => {
  const lines = lossLines([
    loss('lost', 'column "Custom \\"field\\""', 'not chosen', 2),
    loss('lost', 'colours', 'too bright', 1),
  ])

  expect(lines.map(({ words, detail }) => [words, detail])).toEqual([
    ['‘Custom \\"field\\"’ 열', '고르지 않음'],
    ['colours', 'too bright'],
  ])
})
