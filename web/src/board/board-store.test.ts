import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { BoardStore } from './board-store.ts'
import { BoardEdits } from './edits.ts'
import { documentOf, fixture, type Json, type JsonObject } from './fixtures.ts'

interface Case {
  readonly description: string
  readonly document: { readonly [root: string]: JsonObject }
  readonly columns: readonly Json[]
  readonly cards?: { readonly [id: string]: JsonObject }
}

const { cases } = fixture<{ cases: Case[] }>('board-read')

function columnsOf(store: BoardStore): unknown[] {
  return store.snapshot().columns.map(({ column, cards }) => [column.id, column.name, column.category, cards])
}

function saysOf(store: BoardStore, id: string): unknown {
  const card = store.card(id)
  if (!card) return null
  const { title, points, priority, due, assignees, labels } = card
  const checklist = card.checklist.map((item) => [item.id, item.text, item.isDone])
  const comments = card.comments.map((comment) => [comment.id, comment.by, comment.body])
  return { title, points, priority, due, assignees, labels, checklist, comments }
}

/** A board of columns c0 … and cards k0 … dealt out among them. */
function boardOf(columns: number, cards: number): { store: BoardStore; edits: BoardEdits; document: Y.Doc } {
  const rank = (at: number): string => `b${String(at).padStart(2, '0')}`
  const document = documentOf({
    columns: Object.fromEntries(
      Array.from({ length: columns }, (_, at) => [`c${at}`, { name: `C${at}`, rank: rank(at) }]),
    ),
    cards: Object.fromEntries(
      Array.from({ length: cards }, (_, at) => {
        const position = {
          column: `c${at % columns}`,
          lane: null,
          rank: `d${String(at).padStart(4, '0')}V`,
          at: 1,
          by: 'u',
        }
        return [`k${at}`, { title: `Card ${at}`, position: { 1: position } }]
      }),
    ),
  })
  const store = new BoardStore(document)
  return { store, document, edits: new BoardEdits(store, { id: 'ann', now: () => 1_000 }) }
}

describe('a document reads as the server reads it', () => {
  it.each(cases)('$description', ({ document, columns, cards = {} }) => {
    const store = new BoardStore(documentOf(document))

    expect(columnsOf(store)).toEqual(columns)
    for (const [id, says] of Object.entries(cards)) expect(says).toMatchObject(saysOf(store, id) as object)
  })
})

describe('the store follows the document', () => {
  it('after random edits it shows what a new store of the same document shows', () => {
    let seed = 7
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return Math.floor((seed / 2_147_483_648) * below)
    }
    const { store, edits, document } = boardOf(4, 40)
    for (let step = 0; step < 400; step += 1) {
      const views = store.snapshot().columns
      const to = views[random(views.length)]
      const card = `k${random(40)}`
      if (!to) break
      const before = to.cards[random(to.cards.length + 1)] ?? null
      const kind = random(10)
      if (kind < 6) edits.moveCard(card, { column: to.column.id, before: before === card ? null : before })
      else if (kind === 6) edits.deleteCard(card)
      else if (kind === 7) edits.restoreCard(card)
      else if (kind === 8) edits.addCard('새 카드', { column: to.column.id, before })
      else if (views.length > 2) edits.deleteColumn(to.column.id)
      else edits.addColumn('칼럼')
    }

    expect(columnsOf(store)).toEqual(columnsOf(new BoardStore(document)))
  })

  it('a move lands before the card that was named', () => {
    const { store, edits } = boardOf(2, 6)

    edits.moveCard('k0', { column: 'c1', before: 'k3' })

    expect(store.columnOf('k0')?.cards).toEqual(['k1', 'k0', 'k3', 'k5'])
  })

  it('a move between cards of one rank gives the right-hand ones new ranks', () => {
    const at = { column: 'c', lane: null, rank: 'a0', at: 1, by: 'u' }
    const card = { title: 'x', position: { 1: at } }
    const document = documentOf({ columns: { c: { rank: 'a0' } }, cards: { a: card, b: card, d: card } })
    const store = new BoardStore(document)

    new BoardEdits(store, { id: 'ann', now: () => 5 }).moveCard('d', { column: 'c', before: 'b' })

    expect(store.snapshot().columns[0]?.cards).toEqual(['a', 'd', 'b'])
  })

  it('only the touched columns and cards become new objects', () => {
    const { store, edits } = boardOf(3, 9)
    const [first, , third] = store.snapshot().columns
    const untouched = store.card('k3')

    edits.moveCard('k0', { column: 'c1', before: null })

    expect(store.snapshot().columns[2]).toBe(third)
    expect(store.snapshot().columns[0]).not.toBe(first)
    expect(store.card('k3')).toBe(untouched)
  })

  it('two people in one title keep both their words', () => {
    const { document, edits } = boardOf(1, 1)
    const other = new Y.Doc()
    Y.applyUpdate(other, Y.encodeStateAsUpdate(document))
    const theirs = new BoardEdits(new BoardStore(other), { id: 'ben', now: () => 2_000 })

    edits.setTitle('k0', 'Red Card 0')
    theirs.setTitle('k0', 'Card 0 today')
    Y.applyUpdate(document, Y.encodeStateAsUpdate(other))

    expect(new BoardStore(document).card('k0')?.title).toBe('Red Card 0 today')
  })

  it('a move on a board of 5,000 cards touches two columns and one card', () => {
    const { store, edits } = boardOf(5, 5_000)
    const before = store.snapshot()
    const others = Array.from({ length: 4_999 }, (_, at) => store.card(`k${at + 1}`))

    edits.moveCard('k0', { column: 'c1', before: before.columns[1]?.cards[500] ?? null })

    const after = store.snapshot()
    expect(after.columns.filter((view, at) => view !== before.columns[at])).toHaveLength(2)
    expect(others.every((card, at) => card === store.card(`k${at + 1}`))).toBe(true)
  })
})
