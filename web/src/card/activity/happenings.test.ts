import { expect, test } from 'vitest'
import { coalesce, type Happening, parseEvents, type What } from './happenings.ts'

const MINUTE = 60_000

function happenings(...list: [seconds: number, by: string, what: What][]): Happening[] {
  return list.map(([seconds, by, what], number) => ({ number, at: seconds * 1_000, by, what }))
}

test('what the server answers is read oldest first, and what is unknown or malformed is left out', () => {
  const answer = {
    events: [
      {
        number: 3,
        at: 30,
        by: 'usr_1',
        subject: 'c',
        body: { kind: 'moved', from: { id: 'a', name: '할 일' }, to: { id: 'b', name: '완료' } },
      },
      { number: 2, at: 20, by: null, subject: 'c', body: { kind: 'juggled' } },
      { number: 1, at: 10, by: 'usr_1', subject: 'c', body: { kind: 'assigned', user: 'usr_2' } },
      { number: 'x', at: 1, body: { kind: 'created' } },
      null,
    ],
    more: false,
  }

  expect(parseEvents(answer).map(({ what }) => what)).toEqual([
    { kind: 'assigned', items: ['usr_2'] },
    { kind: 'moved', from: '할 일', to: '완료' },
  ])
  expect(parseEvents('<html>')).toEqual([])
})

test('several changes of one field within a minute are one, from the first value to the last', () => {
  const lines = coalesce(
    happenings(
      [0, 'a', { kind: 'field', name: 'points', from: null, to: 3 }],
      [10, 'a', { kind: 'field', name: 'due', from: null, to: '2026-11-26' }],
      [20, 'a', { kind: 'field', name: 'points', from: 3, to: 5 }],
    ),
  )

  expect(lines.map(({ what }) => what)).toEqual([
    { kind: 'field', name: 'due', from: null, to: '2026-11-26' },
    { kind: 'field', name: 'points', from: null, to: 5 },
  ])
})

test('what was taken back within a minute is no line at all', () => {
  const moves = happenings(
    [0, 'a', { kind: 'moved', from: '할 일', to: '완료' }],
    [5, 'a', { kind: 'moved', from: '완료', to: '할 일' }],
    [6, 'a', { kind: 'checked', items: ['시험'] }],
    [7, 'a', { kind: 'unchecked', items: ['시험'] }],
  )

  expect(coalesce(moves)).toEqual([])
})

test('another person, or a minute later, makes a line of its own', () => {
  const rename = (from: string, to: string): What => ({ kind: 'renamed', from, to })

  expect(coalesce(happenings([0, 'a', rename('1', '2')], [1, 'b', rename('2', '3')]))).toHaveLength(2)
  expect(coalesce(happenings([0, 'a', rename('1', '2')], [MINUTE / 1_000 + 1, 'a', rename('2', '3')]))).toHaveLength(2)
  expect(
    coalesce(happenings([0, 'a', rename('1', '2')], [50, 'a', rename('2', '3')], [100, 'a', rename('3', '4')])),
  ).toHaveLength(1)
})

test('things added one after another are counted together', () => {
  const added = (text: string): What => ({ kind: 'item_added', items: [text] })
  const [line, ...others] = coalesce(happenings([0, 'a', added('하나')], [3, 'a', added('둘')]))

  expect(line?.what).toEqual({ kind: 'item_added', items: ['하나', '둘'] })
  expect(others).toEqual([])
})

test('writing a description for minutes is one line', () => {
  const lines = coalesce(
    happenings(...[0, 120, 400, 900].map((at): [number, string, What] => [at, 'a', { kind: 'described' }])),
  )

  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({ at: 900_000, since: 0 })
})
