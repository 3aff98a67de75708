import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { touchedBy } from './touched.ts'
import type { Path } from './unsaved-edits.ts'

/** What each transaction of an edit touched. */
function touched(edit: (root: Y.Map<unknown>) => void): readonly Path[] {
  const document = new Y.Doc()
  const root = document.getMap('cards')
  const card = new Y.Map<unknown>([
    ['title', new Y.Text('a')],
    ['labels', new Y.Map()],
    ['text', new Y.XmlFragment()],
  ])
  root.set('k1', card)
  let found: readonly Path[] = []
  document.once('afterTransaction', (transaction: Y.Transaction) => {
    found = touchedBy(transaction)
  })
  document.transact(() => edit(root))
  return found
}

const inside = (root: Y.Map<unknown>, name: string) => (root.get('k1') as Y.Map<unknown>).get(name)

describe('what a transaction touched', () => {
  it('is a path for each key, however often it was written', () => {
    const paths = touched((root) => {
      const card = root.get('k1') as Y.Map<unknown>
      card.set('points', 1)
      card.set('points', 2)
      ;(inside(root, 'labels') as Y.Map<unknown>).set('l1', true)
    })
    expect(paths).toEqual([
      ['cards', 'k1', 'points'],
      ['cards', 'k1', 'labels', 'l1'],
    ])
  })

  it('is one path for a text, wherever in it something was written', () => {
    const paths = touched((root) => {
      ;(inside(root, 'title') as Y.Text).insert(0, 'b')
      const fragment = inside(root, 'text') as Y.XmlFragment
      fragment.insert(0, [new Y.XmlElement('paragraph')])
      ;(fragment.get(0) as Y.XmlElement).insert(0, [new Y.XmlText('word')])
    })
    expect(paths).toEqual([
      ['cards', 'k1', 'title'],
      ['cards', 'k1', 'text'],
    ])
  })

  it('is the part itself where it is new or taken away', () => {
    expect(touched((root) => root.set('k2', new Y.Map([['a', 1]])))).toEqual([['cards', 'k2']])
    expect(touched((root) => root.delete('k1'))).toEqual([['cards', 'k1']])
  })

  it('is bounded', () => {
    const paths = touched((root) => {
      for (let at = 0; at < 2_000; at += 1) root.set(`n${at}`, at)
    })
    expect(paths.length).toBe(500)
  })
})
