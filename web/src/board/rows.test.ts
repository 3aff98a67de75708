import { expect, it } from 'vitest'
import type { Dragging } from './board-context.tsx'
import { type Rows, rowsOf } from './rows.ts'

const CARDS = ['a', 'b', 'c']

function drag(clientId: number, card: string, before: string | null, column = 'todo'): Dragging {
  const person = { id: `usr_${clientId}`, name: '', color: 1, focusCard: null, follows: null, sight: null }
  const held = { card, others: [], count: 1, column, before }
  return { ...person, clientId, isIdle: false, isMe: false, drag: held }
}

/** What stands in each row, and which card of the column it is. */
function read(rows: Rows): string[] {
  return Array.from({ length: rows.length }, (_, at) => `${rows.at(at)?.kind} ${rows.keyAt(at)} ${rows.cardIndex(at)}`)
}

it('without drags the rows are the cards', () => {
  const rows = rowsOf(CARDS, 'todo', [])

  expect(read(rows)).toEqual(['card a 0', 'card b 1', 'card c 2'])
  expect(rows.at(3)).toBeNull()
})

it('a ghost stands above the card it would land before, and its origin keeps its place', () => {
  const rows = rowsOf(CARDS, 'todo', [drag(7, 'c', 'b')])

  expect(read(rows)).toEqual(['card a 0', 'ghost ghost 7 -1', 'card b 1', 'origin c 2'])
})

it('ghosts at one place stand in the order of the people, those at the end or before what is gone last', () => {
  const drags = [drag(1, 'x', null), drag(2, 'x', 'b'), drag(3, 'x', 'gone'), drag(4, 'x', 'b'), drag(5, 'x', 'a')]

  const rows = rowsOf(CARDS, 'todo', drags)

  expect(read(rows)).toEqual([
    'ghost ghost 5 -1',
    'card a 0',
    'ghost ghost 2 -1',
    'ghost ghost 4 -1',
    'card b 1',
    'card c 2',
    'ghost ghost 1 -1',
    'ghost ghost 3 -1',
  ])
})

it('a drag over another column leaves its mark and no ghost', () => {
  const rows = rowsOf(CARDS, 'todo', [drag(7, 'b', null, 'done')])

  expect(read(rows)).toEqual(['card a 0', 'origin b 1', 'card c 2'])
})
