import { describe, expect, it } from 'vitest'
import { BoardStore } from '../board/board-store.ts'
import { documentOf } from '../board/fixtures.ts'
import type { CardData } from '../board/read.ts'
import { keysText, nextKeys, parseKeys, sortCards } from './sort.ts'

const place = (column: string, rank: string) => ({ w: { column, lane: null, rank, at: 1, by: 'usr_a' } })

const store = new BoardStore(
  documentOf({
    columns: { todo: { name: 'To do', rank: 'a0' }, done: { name: 'Done', rank: 'a1' } },
    cards: {
      a: { title: '카드 10', points: 3, position: place('done', 'a0') },
      b: { title: '카드 9', priority: 'low', position: place('todo', 'a0') },
      c: { title: 'Card', points: 3, priority: 'urgent', due: '2026-11-24', position: place('todo', 'a1') },
      d: { title: '카드 9', points: 1, position: place('todo', 'a2') },
    },
  }),
)
const cards = ['b', 'c', 'd', 'a'].flatMap((id) => store.card(id) ?? [])
const ids = (sorted: readonly CardData[]): string => sorted.map(({ id }) => id).join('')
const sorted = (keys: string): string => ids(sortCards(cards, parseKeys(keys), store, 'ko'))

describe('the list', () => {
  it('is in the order of the board until it is sorted', () => {
    expect(sorted('')).toBe('bcda')
  })

  it('sorts words as people do, and numbers in them as numbers', () => {
    expect(sorted('title')).toBe('bdac')
    expect(sorted('-title')).toBe('cabd')
  })

  it('puts what has no value last, up and down', () => {
    expect(sorted('points')).toBe('dcab')
    expect(sorted('-points')).toBe('cadb')
    expect(sorted('due')).toBe('cbda')
  })

  it('sorts by several keys, and is stable for the rest', () => {
    expect(sorted('-points,-title')).toBe('cadb')
    expect(sorted('title,points')).toBe('dbac')
  })

  it('sorts status by the columns and priority by urgency', () => {
    expect(sorted('-status')).toBe('abcd')
    expect(sorted('priority')).toBe('cdab')
  })
})

describe('a press on a head', () => {
  it('goes up, down and back', () => {
    const up = nextKeys([], 'points', false)
    const down = nextKeys(up, 'points', false)

    expect([up, down, nextKeys(down, 'points', false)].map(keysText)).toEqual(['points', '-points', ''])
  })

  it('takes the place of other keys, unless more are wanted', () => {
    const keys = parseKeys('points,-due')

    expect(keysText(nextKeys(keys, 'title', false))).toBe('title')
    expect(keysText(nextKeys(keys, 'title', true))).toBe('points,-due,title')
    expect(keysText(nextKeys(keys, 'points', true))).toBe('-points,-due')
    expect(keysText(nextKeys(keys, 'due', true))).toBe('points')
  })

  it('is remembered as text; what is unknown in it is left out', () => {
    expect(keysText(parseKeys('points,-due,nothing,'))).toBe('points,-due')
  })
})
