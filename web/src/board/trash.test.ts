import { describe, expect, it } from 'vitest'
import { BoardStore } from './board-store.ts'
import { BoardEdits } from './edits.ts'
import { documentOf } from './fixtures.ts'
import { daysLeft, restore, trashOf } from './trash.ts'

const DAY_MS = 86_400_000

/** A board with one of everything that can be deleted; `at` is its clock. */
function board() {
  const card = {
    title: 'Pay',
    position: { 1: { column: 'doing', lane: null, rank: 'a0', at: 1, by: 'u' } },
    plan: { sprint: 's1', rank: 'a0' },
    labels: { urgent: true },
    checklist: { i1: { text: 'call', done: false, rank: 'a0' }, i2: { text: '', done: false, rank: 'a1' } },
    comments: { m1: { by: 'ben', at: 5, body: 'why?' } },
  }
  const document = documentOf({
    columns: {
      todo: { name: 'Todo', category: 'doing', rank: 'a0' },
      doing: { name: 'Doing', category: 'doing', rank: 'a1' },
    },
    cards: { k1: card },
    sprints: { s1: { name: 'One' } },
    labels: { urgent: { name: 'Urgent', color: 'red' } },
  })
  const clock = { now: 1_000 }
  const store = new BoardStore(document)
  return { clock, store, document, edits: new BoardEdits(store, { id: 'ann', now: () => clock.now }) }
}

describe('the trash', () => {
  it('holds whatever was deleted, the last first, with who did it and when', () => {
    const { clock, store, edits } = board()
    const deletions = [
      () => edits.deleteColumn('doing'),
      () => edits.deleteSprint('s1'),
      () => edits.deleteLabel('urgent'),
      () => edits.deleteItem('k1', 'i1'),
      () => edits.deleteComment('k1', 'm1'),
    ]
    for (const deleteOne of deletions) {
      clock.now += 1
      deleteOne()
    }

    expect(trashOf(store, clock.now)).toEqual([
      { kind: 'comment', id: 'm1', name: 'why?', at: 1_005, by: 'ann', card: 'k1' },
      { kind: 'item', id: 'i1', name: 'call', at: 1_004, by: 'ann', card: 'k1' },
      { kind: 'label', id: 'urgent', name: 'Urgent', at: 1_003, by: 'ann', card: null },
      { kind: 'sprint', id: 's1', name: 'One', at: 1_002, by: 'ann', card: null },
      { kind: 'column', id: 'doing', name: 'Doing', at: 1_001, by: 'ann', card: null },
    ])
  })

  it('gives back each part as it was, a column with its cards and a sprint and a label with theirs', () => {
    const { store, edits } = board()
    edits.deleteItem('k1', 'i1')
    edits.deleteComment('k1', 'm1')
    edits.deleteColumn('doing')
    edits.deleteSprint('s1')
    edits.deleteLabel('urgent')
    expect(store.columnOf('k1')?.column.id).toBe('todo')
    expect(store.planned(null)).toEqual(['k1'])

    for (const part of trashOf(store, 1_000)) restore(edits, part)

    expect(store.columnOf('k1')?.column.id).toBe('doing')
    expect(store.planned('s1')).toEqual(['k1'])
    expect(store.snapshot().labels.get('urgent')?.name).toBe('Urgent')
    expect(store.card('k1')).toMatchObject({ checklist: [{ id: 'i1' }, { id: 'i2' }], comments: [{ id: 'm1' }] })
    expect(trashOf(store, 1_000)).toEqual([])
  })

  it('does not take a card along that was moved on from a deleted column', () => {
    const { clock, store, edits } = board()
    edits.deleteColumn('doing')
    clock.now += 1
    edits.moveCard('k1', { column: 'todo', before: null })

    edits.restoreColumn('doing')

    expect(store.columnOf('k1')?.column.id).toBe('todo')
  })

  it('shows a deleted card alone: what stood on it comes back with it', () => {
    const { store, edits } = board()
    edits.deleteComment('k1', 'm1')
    edits.deleteCard('k1')

    expect(trashOf(store, 1_000).map(({ kind, name }) => [kind, name])).toEqual([['card', 'Pay']])
  })

  it('keeps everything for thirty days, and neither empty lines nor marks without a time', () => {
    const { store, edits, document } = board()
    edits.deleteSprint('s1')
    edits.deleteItem('k1', 'i2')
    const label = document.getMap('labels').get('urgent') as { set(key: string, value: unknown): void }
    label.set('deleted', true)

    expect(trashOf(store, 1_000 + 30 * DAY_MS).map(({ id }) => id)).toEqual(['s1'])
    expect(trashOf(store, 1_001 + 30 * DAY_MS)).toEqual([])
    expect(daysLeft(1_000, 1_000 + 29.5 * DAY_MS)).toBe(0)
  })
})
