import { expect, test } from 'vitest'
import { plain } from '../../i18n/bold.ts'
import { words as english } from '../../i18n/en/index.ts'
import type { Translate } from '../../i18n/index.ts'
import { words as korean } from '../../i18n/ko/index.ts'
import type { What } from './happenings.ts'
import { didWords, type Names } from './wording.ts'

const names: Names = {
  person: (id) => ({ ann: 'Ann', jieun: '지은' })[id] ?? '누군가',
  label: (id) => `라벨 ${id}`,
  card: (id) => `PAY-${id}`,
}

function sayIn(catalogue: object): (what: What, by?: string) => string {
  const t: Translate = (key, ...values) => {
    const message: unknown = Reflect.get(catalogue, key) ?? key
    return typeof message === 'function' ? message(values[0]) : String(message)
  }
  return (what, by = 'ann') => plain(didWords(what, by, names, t))
}

const ko = sayIn(korean)
const en = sayIn(english)

test('particles follow the word that they stand after', () => {
  expect(ko({ kind: 'moved', from: '할 일', to: '진행 중' })).toBe('할 일에서 진행 중으로 옮김')
  expect(ko({ kind: 'moved', from: '할 일', to: '리뷰' })).toBe('할 일에서 리뷰로 옮김')
  expect(ko({ kind: 'field', name: 'points', from: null, to: 8 })).toBe('점수를 8로 정함')
  expect(ko({ kind: 'field', name: 'points', from: 5, to: 3 })).toBe('점수를 5에서 3으로 바꿈')
  expect(ko({ kind: 'assigned', items: ['jieun'] })).toBe('지은을 담당으로 정함')
  expect(ko({ kind: 'linked', link: 'blocks', to: '217' })).toBe('PAY-217을 막는 카드로 이음')
})

test('the same in English', () => {
  expect(en({ kind: 'moved', from: 'Todo', to: 'Doing' })).toBe('moved it from Todo to Doing')
  expect(en({ kind: 'field', name: 'points', from: 5, to: null })).toBe('cleared the points 5')
  expect(en({ kind: 'item_added', items: ['a', 'b'] })).toBe('added 2 checklist items')
})

test('who takes a card, or gives it up, is not named twice', () => {
  expect(ko({ kind: 'assigned', items: ['ann'] }, 'ann')).toBe('스스로 맡음')
  expect(ko({ kind: 'unassigned', items: ['ann'] }, 'ann')).toBe('담당에서 빠짐')
})

test('a sprint, the backlog, the archive and several labels have words of their own', () => {
  expect(ko({ kind: 'planned', from: null, to: '스프린트 24' })).toBe('스프린트 24에 넣음')
  expect(ko({ kind: 'planned', from: '스프린트 24', to: null })).toBe('스프린트 24에서 빼서 백로그에 둠')
  expect(ko({ kind: 'field', name: 'archived', from: null, to: true })).toBe('카드를 보관함')
  expect(ko({ kind: 'labelled', items: ['1', '2'] })).toBe('라벨 라벨 1, 라벨 2를 붙임')
})

test('a long text is cut, and what it says cannot mark words', () => {
  const said = ko({ kind: 'renamed', from: '', to: `\u0002${'가'.repeat(500)}` })

  expect(said.length).toBeLessThan(90)
  expect(said).not.toContain('\u0002')
})
