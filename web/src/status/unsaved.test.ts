import { beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { BoardStore } from '../board/board-store.ts'
import { BoardEdits } from '../board/edits.ts'
import { documentOf } from '../board/fixtures.ts'
import { loadLaterWords, t } from '../i18n/words.ts'
import { touchedBy } from '../sync/touched.ts'
import { readUnsaved, textOf } from './unsaved.ts'

beforeAll(loadLaterWords)

/** A board whose edits are kept as the sync layer keeps them. */
function board() {
  const card = (title: string) => ({
    title,
    position: { 1: { column: 'todo', lane: null, rank: 'a0', at: 1, by: 'u' } },
    description: [''],
    assignees: {},
    labels: {},
    checklist: { i1: { text: 'call', done: false, rank: 'a0' }, i2: { text: 'pay', done: false, rank: 'a1' } },
    comments: {},
    links: {},
    ext: {},
  })
  const document = documentOf({
    columns: { todo: { name: 'Todo', rank: 'a0' }, done: { name: 'Done', category: 'done', rank: 'a1' } },
    cards: { k1: card('Invoice'), k2: card('Other') },
    sprints: { s1: { name: 'One', goal: 'ship' } },
  })
  const store = new BoardStore(document)
  const waiting: { id: string; madeAt: number; touched?: readonly (readonly string[])[] }[] = []
  document.on('update', (_update: Uint8Array, _origin: unknown, _document: Y.Doc, transaction: Y.Transaction) =>
    waiting.push({ id: String(waiting.length), madeAt: 1, touched: touchedBy(transaction) }),
  )
  const edits = new BoardEdits(store, { id: 'ann', now: () => 5_000 })
  return { document, store, edits, waiting, read: () => readUnsaved(store, waiting, t) }
}

describe('what could not be saved', () => {
  it('is read field by field, only what was changed, with the values of this device', () => {
    const { edits, store, read } = board()
    edits.setTitle('k1', 'Invoice again')
    edits.setField(['k1'], 'points', 3)
    edits.setField(['k1'], 'points', 5)
    edits.moveCard('k1', { column: 'done', before: null })
    edits.tickItem('k1', 'i2', true)
    edits.addComment('k1', 'first line\nsecond')
    store.description('k1')?.insert(0, [paragraph('because'), paragraph('of this')])

    expect(textOf(read().parts)).toBe(
      [
        'Invoice again',
        `${t('unsaved.field.title')}: Invoice again`,
        `${t('unsaved.field.description')}: because`,
        '  of this',
        `${t('field.status')}: Done`,
        `${t('field.points')}: 5`,
        `${t('unsaved.field.checklist')}: [x] pay`,
        `${t('unsaved.field.comments')}: first line`,
        '  second',
      ].join('\n'),
    )
  })

  it('tells all that a new card has, and nothing that it has not', () => {
    const { edits, read } = board()
    const id = edits.addCard('New', { column: 'todo', before: null }, { due: '2026-11-30' })
    edits.addItem(id, 'begin')

    const [part] = read().parts
    expect(part?.lines.map(({ field }) => field)).toEqual([
      t('unsaved.field.title'),
      t('field.status'),
      t('field.due'),
      t('unsaved.field.checklist'),
    ])
  })

  it('names columns, sprints and labels, and what was deleted', () => {
    const { edits, read } = board()
    edits.renameColumn('todo', 'Next')
    edits.setSprint('s1', { goal: 'sell' })
    edits.addLabel('Urgent', 'red')
    edits.deleteCard('k2')

    expect(read().parts.map(({ name, lines }) => [name, lines.map(({ value }) => value)])).toEqual([
      [`${t('unsaved.kind.columns')} Next`, ['Next']],
      [`${t('unsaved.kind.sprints')} One`, ['sell']],
      [`${t('unsaved.kind.labels')} Urgent`, ['Urgent', 'red']],
      ['Other', ['✓']],
    ])
  })

  it('counts what an older version kept without saying what it was about', () => {
    const { waiting, read } = board()
    waiting.push({ id: 'old', madeAt: 1 })

    expect(read()).toEqual({ parts: [], unreadable: 1 })
  })
})

function paragraph(words: string): Y.XmlElement {
  const element = new Y.XmlElement('paragraph')
  element.insert(0, [new Y.XmlText(words)])
  return element
}
