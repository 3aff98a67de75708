import { expect, test } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { caretAwareness, personColor } from './caret-awareness.ts'

function others(cursor: unknown, user: unknown = { name: '민호', color: 6 }) {
  const document = new Y.Doc()
  const fragment = document.getMap('cards').set('card', new Y.XmlFragment())
  const good = Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(fragment, 0))
  const awareness = new Awareness(document)
  awareness.states.set(7, { user, cursor: cursor === 'good' ? { anchor: good, head: good } : cursor })
  return { document, shown: caretAwareness(awareness, document).getStates().get(7) }
}

test('a caret is shown with its name and in its own colour', () => {
  const { shown } = others('good')

  expect(shown?.['user'].name).toBe('민호')
  expect(personColor(shown?.['user'].color)).toBe(6)
})

test('a caret that points nowhere is not shown, and makes no root type', () => {
  const bad = [{}, { anchor: null, head: null }, { anchor: { x: 1 }, head: 'z' }, 5, 'x', null]
  const named = { anchor: { tname: 'evil' }, head: { tname: 'evil' } }

  for (const cursor of bad) expect(others(cursor).shown).toBeUndefined()
  expect(others(named).shown).toBeUndefined()
  expect(others(named).document.share.has('evil')).toBe(false)
})

test('a name and a colour of any shape are tamed', () => {
  const { shown } = others('good', { name: {}, color: 'url(x)' })

  expect(shown?.['user'].name).toBe('?')
  expect(personColor(shown?.['user'].color)).toBe(1)
})
