import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { BoardStore } from './board-store.ts'
import { BoardEdits } from './edits.ts'
import { documentOf } from './fixtures.ts'

/** A copy of a board: columns todo and done, cards k0 … k4 in todo. */
class Copy {
  readonly document: Y.Doc
  readonly store: BoardStore
  readonly edits: BoardEdits
  now = 1_000

  constructor(by: string, from?: Copy) {
    this.document = from ? new Y.Doc() : boardOf(5)
    if (from) Y.applyUpdate(this.document, Y.encodeStateAsUpdate(from.document))
    this.store = new BoardStore(this.document)
    this.edits = new BoardEdits(this.store, { id: by, now: () => this.now })
  }

  card(id: string) {
    const card = this.store.card(id)
    if (!card) throw new Error(`no card ${id}`)
    return card
  }

  shown(column: string): readonly string[] {
    return this.store.snapshot().columns.find((view) => view.column.id === column)?.cards ?? []
  }
}

function boardOf(cards: number): Y.Doc {
  const card = (at: number) => ({
    title: `Card ${at}`,
    points: 3,
    position: { 1: { column: 'todo', lane: null, rank: `a${at}`, at: 1, by: 'u' } },
    assignees: {},
    labels: {},
    checklist: {},
    comments: {},
    links: {},
    ext: {},
  })
  return documentOf({
    columns: { todo: { name: 'Todo', rank: 'a0' }, done: { name: 'Done', category: 'done', rank: 'a1' } },
    cards: Object.fromEntries(Array.from({ length: cards }, (_, at) => [`k${at}`, card(at)])),
    sprints: { s1: { name: 'One' }, s2: { name: 'Two' } },
  })
}

/** Both copies get all that the other has. */
function meet(a: Copy, b: Copy): void {
  Y.applyUpdate(a.document, Y.encodeStateAsUpdate(b.document))
  Y.applyUpdate(b.document, Y.encodeStateAsUpdate(a.document))
}

describe('a field that two people set at once', () => {
  it('has the newer value on both copies, whoever has the greater client id, and keeps the other', () => {
    const ann = new Copy('ann')
    const ben = new Copy('ben', ann)
    ann.now = 2_000
    ann.edits.setField(['k0'], 'points', 5)
    ben.now = 3_000
    ben.edits.setField(['k0'], 'points', 8)
    meet(ann, ben)

    for (const copy of [ann, ben]) {
      expect(copy.card('k0').points).toBe(8)
      expect(copy.card('k0').lost).toMatchObject([{ field: 'points', value: 5, by: 'ann', winner: { value: 8 } }])
    }
  })

  it('can be given the lost value again, and then nothing is lost', () => {
    const ann = new Copy('ann')
    const ben = new Copy('ben', ann)
    ann.edits.setField(['k0'], 'priority', 'high')
    ben.edits.setField(['k0'], 'priority', 'low')
    meet(ann, ben)
    const [lost] = ann.card('k0').lost

    ann.edits.restoreField('k0', 'priority', lost?.value)
    meet(ann, ben)

    expect(ben.card('k0')).toMatchObject({ priority: lost?.value, lost: [] })
  })

  it('is cleared by null, whatever the card was made with', () => {
    const ann = new Copy('ann')

    ann.edits.setField(['k0'], 'points', null)

    expect(ann.card('k0').points).toBeNull()
  })
})

describe('cards', () => {
  it('move together, in their order, before the card that was named', () => {
    const { edits, shown } = bound(new Copy('ann'))

    edits.moveCards(['k4', 'k1'], { column: 'todo', before: 'k0' })

    expect(shown('todo')).toEqual(['k4', 'k1', 'k0', 'k2', 'k3'])
  })

  it('archived or deleted are not shown, and come back to their place', () => {
    const { edits, shown } = bound(new Copy('ann'))
    edits.setField(['k1'], 'archived', true)
    edits.deleteCards(['k2'])
    expect(shown('todo')).toEqual(['k0', 'k3', 'k4'])

    edits.setField(['k1'], 'archived', false)
    edits.restoreCards(['k2'])

    expect(shown('todo')).toEqual(['k0', 'k1', 'k2', 'k3', 'k4'])
  })

  it('are copied with what they hold, behind the original', () => {
    const copy = new Copy('ann')
    copy.edits.setField(['k1'], 'due', '2026-11-30')
    copy.edits.addItem('k1', 'first')

    const id = copy.edits.copyCard('k1') ?? ''

    expect(copy.shown('todo')).toEqual(['k0', 'k1', id, 'k2', 'k3', 'k4'])
    expect(copy.card(id)).toMatchObject({
      title: 'Card 1',
      points: 3,
      due: '2026-11-30',
      checklist: [{ text: 'first' }],
    })
  })

  it('cannot block each other in a circle', () => {
    const { edits, store } = new Copy('ann')

    expect([edits.link('k0', 'blocks', 'k1'), edits.link('k1', 'blocks', 'k2')]).toEqual([true, true])

    expect(edits.link('k2', 'blocks', 'k0')).toBe(false)
    expect(edits.link('k2', 'relates', 'k0')).toBe(true)
    expect(store.linksTo('k1')).toEqual([{ kind: 'blocks', to: 'k1', from: 'k0' }])
  })
})

describe('planning', () => {
  it('puts cards into a sprint in the order that was meant', () => {
    const { edits, store } = new Copy('ann')
    edits.plan(['k3', 'k0'], 's1', null)
    edits.plan(['k2'], 's1', 'k0')

    expect(store.planned('s1')).toEqual(['k3', 'k2', 'k0'])
    expect(store.planned(null)).toEqual(['k1', 'k4'])
  })

  it('never mixes two plans that were made at once', () => {
    const ann = new Copy('ann')
    const ben = new Copy('ben', ann)
    ann.edits.plan(['k0'], 's1', null)
    ben.now = 9_000
    ben.edits.plan(['k0'], 's2', null)
    meet(ann, ben)

    expect(ann.card('k0').plan).toEqual(ben.card('k0').plan)
    expect(ann.card('k0').plan.sprint).toBe('s2')
    expect(ann.card('k0').lost).toMatchObject([{ field: 'plan', value: { sprint: 's1' } }])
  })

  it('shows the cards of a deleted sprint in the backlog', () => {
    const { edits, store } = new Copy('ann')
    edits.plan(['k0'], 's1', null)
    edits.deleteSprint('s1')

    expect(store.planned(null)).toEqual(['k0', 'k1', 'k2', 'k3', 'k4'])
  })
})

function bound(copy: Copy): { edits: BoardEdits; shown: (column: string) => readonly string[] } {
  return { edits: copy.edits, shown: (column) => copy.shown(column) }
}

describe('whoever edits', () => {
  it('is named on the board, in their colour, and by their new name once they have one', () => {
    const { document } = new Copy('ann')
    document.getMap('meta').set('members', new Y.Map([['zoe', new Y.Map([['name', 'Zoe']])]]))
    const store = new BoardStore(document)
    const me = { name: 'Ann', color: 7 }
    const edits = new BoardEdits(store, { id: 'ann', now: () => 1, me: () => me })
    const zoe = store.snapshot().members.get('zoe')

    edits.setTitle('k0', 'One')
    expect(store.snapshot().members.get('ann')).toEqual({ name: 'Ann', color: 7 })
    expect(store.snapshot().members.get('zoe')).toEqual(zoe)
    me.name = 'Ann B.'
    edits.setTitle('k0', 'Two')

    expect(store.snapshot().members.get('ann')?.name).toBe('Ann B.')
  })
})
