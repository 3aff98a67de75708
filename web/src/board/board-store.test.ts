import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import vectors from '../../../client-protocol/fixtures/board-read.json' with { type: 'json' }
import { BoardStore } from './board-store.ts'
import { BoardEdits } from './edits.ts'

const SHARED = new Set(['position', 'assignees', 'labels', 'checklist', 'comments', 'links', 'ext'])

describe('a document reads as the shared vectors say', () => {
  test.each(vectors.cases)('$description', ({ document, columns }) => {
    const doc = new Y.Doc()
    fill(doc, document)

    const store = new BoardStore(doc)

    const read = store
      .snapshot()
      .columns.map(({ column, cards }) => [column.id, column.name, column.category, [...cards]])
    expect(read).toEqual(columns)
  })

  test.each(vectors.cases)('and the same when it arrives piece by piece: $description', ({ document, columns }) => {
    const doc = new Y.Doc()
    const store = new BoardStore(doc)

    fill(doc, document)

    const read = store
      .snapshot()
      .columns.map(({ column, cards }) => [column.id, column.name, column.category, [...cards]])
    expect(read).toEqual(columns)
  })
})

describe('a board of 5,000 cards', () => {
  const doc = new Y.Doc()
  const store = new BoardStore(doc)
  const edits = new BoardEdits(store, { id: 'usr_a', now: () => 1_000 })
  const columns = ['하나', '둘', '셋', '넷', '다섯'].map((name) => edits.addColumn(name))
  doc.transact(() => {
    for (let card = 0; card < 5_000; card += 1) plainCard(doc, `card${card}`, columns[card % 5] ?? '', card)
  })

  test('a move touches two columns and one card, and no other object', () => {
    const before = store.snapshot()
    const card = before.columns[0]?.cards[10] ?? ''
    const others = before.columns[0]?.cards.filter((id) => id !== card).map((id) => store.card(id))

    edits.moveCard(card, { column: columns[1] ?? '', before: before.columns[1]?.cards[0] ?? null })

    const after = store.snapshot()
    expect(after.columns.map((view, at) => view === before.columns[at])).toEqual([false, false, true, true, true])
    expect(after.columns[0]?.cards.map((id) => store.card(id))).toEqual(others)
    expect(after.columns[1]?.cards[0]).toBe(card)
  })

  test('a new title touches no column', () => {
    const before = store.snapshot().columns
    const card = before[2]?.cards[5] ?? ''

    edits.setTitle(card, '새 제목')

    expect(store.card(card)?.title).toBe('새 제목')
    expect(store.snapshot().columns.every((view, at) => view === before[at])).toBe(true)
  })

  test('inserting between equal ranks keys the run anew and keeps the order', () => {
    const [column = ''] = columns
    const twins = ['twin1', 'twin2']
    for (const twin of twins) plainCard(doc, twin, column, 9_999)

    const id = edits.addCard('dazwischen', { column, before: 'twin2' })

    const order = store.columnOf(id)?.cards ?? []
    expect(order.slice(order.indexOf('twin1'), order.indexOf('twin1') + 3)).toEqual(['twin1', id, 'twin2'])
  })
})

function plainCard(doc: Y.Doc, id: string, column: string, at: number): void {
  const position = new Y.Map<unknown>()
  const card = new Y.Map<unknown>([
    ['title', new Y.Text(id)],
    ['position', position],
  ])
  doc.getMap('cards').set(id, card)
  const rank = `c${String(at).padStart(4, '0')}`.replace(/0$/, '0V')
  position.set('1', { column, lane: null, rank, at: 1, by: 'u' })
}

/** Builds what a vector describes: objects are shared maps where the schema has them, `$plain` is a plain value. */
function fill(doc: Y.Doc, document: Record<string, unknown>): void {
  for (const [root, parts] of Object.entries(document)) {
    const map = doc.getMap(root)
    for (const [key, value] of Object.entries(parts as Record<string, unknown>)) map.set(key, shared(value, root))
  }
}

function shared(value: unknown, kind: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  if ('$plain' in value) return value.$plain
  const map = new Y.Map<unknown>()
  for (const [key, part] of Object.entries(value)) map.set(key, partOf(kind, key, part))
  return map
}

function partOf(kind: string, key: string, part: unknown): unknown {
  if (kind !== 'cards') return isPlain(part) ? (part as { $plain: unknown }).$plain : part
  if (isPlain(part)) return (part as { $plain: unknown }).$plain
  if (key === 'title' && typeof part === 'string') return new Y.Text(part)
  if (key === 'description' && Array.isArray(part)) return new Y.XmlFragment()
  if (key === 'checklist' || key === 'comments') return mapOf(part, (entry) => mapOf(entry, (field) => field))
  return SHARED.has(key) ? mapOf(part, (field) => field) : part
}

function mapOf(value: unknown, part: (value: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const map = new Y.Map<unknown>()
  for (const [key, field] of Object.entries(value)) {
    map.set(key, isPlain(field) ? (field as { $plain: unknown }).$plain : part(field))
  }
  return map
}

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '$plain' in value
}
