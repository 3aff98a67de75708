// What applications do with an unmodified provider. `node cases.mjs CASE ws://HOST:PORT/sync`.

import * as Y from 'yjs'
import { equal, open, run, synced, until } from './providers.mjs'

/** Longer than the 30 s after which a provider gives a silent server up, several times over. */
const SILENCE_MS = 120_000

const cases = {
  async text(url) {
    const [ann, bob] = [open(url, 'text'), open(url, 'text')]
    await synced(ann, bob)
    ann.doc.getText('t').insert(0, 'hello 😀 세계')
    await until('Bob reads it', () => bob.doc.getText('t').length > 0)
    bob.doc.getText('t').delete(0, 6)
    bob.doc.getText('t').format(0, 2, { bold: true })
    await until('Ann sees the cut', () => ann.doc.getText('t').toString() === '😀 세계')
    await until('and the format', () => ann.doc.getText('t').toDelta().length === 2)
    equal(ann.doc.getText('t').toDelta(), bob.doc.getText('t').toDelta(), 'the texts')
  },

  async maps(url) {
    const [ann, bob] = [open(url, 'maps'), open(url, 'maps')]
    await synced(ann, bob)
    const card = new Y.Map()
    ann.doc.transact(() => {
      ann.doc.getMap('m').set('card', card)
      card.set('title', 'one')
      card.set('tags', { nested: [1, 2.5, null, true, 'x'], bytes: 'none' })
    })
    await until('Bob sees the card', () => bob.doc.getMap('m').get('card')?.get('tags') !== undefined)
    bob.doc.getMap('m').get('card').set('title', 'two')
    bob.doc.getMap('m').set('gone', 1)
    bob.doc.getMap('m').delete('gone')
    await until('Ann sees the title', () => card.get('title') === 'two')
    await until('both are equal', () => same(ann, bob, 'm'))
  },

  async arrays(url) {
    const [ann, bob] = [open(url, 'arrays'), open(url, 'arrays')]
    await synced(ann, bob)
    for (let n = 0; n < 50; n += 1) {
      ann.doc.getArray('a').push([n])
      bob.doc.getArray('a').unshift([-n])
    }
    await until('all is there', () => [ann, bob].every(({ doc }) => doc.getArray('a').length === 100))
    ann.doc.getArray('a').delete(10, 80)
    await until('the cut is seen', () => bob.doc.getArray('a').length === 20)
    await until('both are equal', () => JSON.stringify(ann.doc.getArray('a')) === JSON.stringify(bob.doc.getArray('a')))
  },

  async awareness(url) {
    const [ann, bob] = [open(url, 'awareness'), open(url, 'awareness')]
    await synced(ann, bob)
    const seen = (viewer, who) => viewer.provider.awareness.getStates().get(who.doc.clientID)
    ann.provider.awareness.setLocalState({ name: 'Ann' })
    await until('Bob sees Ann', () => seen(bob, ann)?.name === 'Ann')
    const late = open(url, 'awareness')
    await until('a late joiner sees Ann at once', () => seen(late, ann)?.name === 'Ann')
    ann.provider.awareness.setLocalStateField('cursor', 7)
    await until('the cursor', () => seen(bob, ann)?.cursor === 7)
    ann.provider.disconnect()
    await until('Ann leaves', () => seen(bob, ann) === undefined)
    ann.provider.connect()
    ann.provider.awareness.setLocalState({ name: 'Ann again' })
    await until('Ann is back', () => seen(bob, ann)?.name === 'Ann again')
  },

  async offline(url) {
    const [ann, bob] = [open(url, 'offline'), open(url, 'offline')]
    await synced(ann, bob)
    ann.doc.getMap('m').set('before', 1)
    await until('the start', () => bob.doc.getMap('m').get('before') === 1)
    ann.provider.disconnect()
    ann.doc.getMap('m').set('offline', 2)
    ann.doc.getMap('m').delete('before')
    bob.doc.getMap('m').set('meanwhile', 3)
    ann.provider.connect()
    await until('the edits merge', () => same(ann, bob, 'm') && ann.doc.getMap('m').get('meanwhile') === 3)
    equal(Object.entries(bob.doc.getMap('m').toJSON()).sort(), [['meanwhile', 3], ['offline', 2]], 'the map')
  },

  async tabs(url) {
    const [one, two] = [open(url, 'tabs'), open(url, 'tabs')]
    await synced(one, two)
    one.provider.awareness.setLocalState({ tab: 1 })
    two.provider.awareness.setLocalState({ tab: 2 })
    await until('the tabs see each other', () =>
      [one, two].every(({ provider }) => provider.awareness.getStates().size === 2))
    one.doc.getText('t').insert(0, 'first ')
    two.doc.getText('t').insert(0, 'second ')
    await until('both are equal', () =>
      one.doc.getText('t').length === 13 && one.doc.getText('t').toString() === two.doc.getText('t').toString())
    equal([one.connections, two.connections], [1, 1], 'connections')
  },

  // The provider does not escape the room's name; `ws` leaves slashes and percent signs as they are.
  async names(url) {
    for (const room of ['a/b/c', '100%25', 'white%20space', '%EA%B0%80/나', 'x'.repeat(200)]) {
      const [ann, bob] = [open(url, room), open(url, room)]
      await synced(ann, bob)
      ann.doc.getMap('m').set('room', room)
      await until(`Bob is in ${room}`, () => bob.doc.getMap('m').get('room') === room)
    }
    const params = open(url, 'a/b/c', { params: { token: 'x y', other: '1' } })
    await synced(params)
    equal(params.doc.getMap('m').get('room'), 'a/b/c', 'the room with parameters')
  },

  // Another application's subprotocol is selected, or a browser would fail the handshake.
  async protocols(url) {
    const app = open(url, 'protocols', { protocols: ['yauth-abc', 'other'] })
    await synced(app)
    equal(app.provider.ws.protocol, 'yauth-abc', 'the selected subprotocol')
  },

  async silent(url) {
    const app = open(url, 'silent')
    app.provider.awareness.setLocalState(null)
    await synced(app)
    const started = Date.now()
    await until('two minutes pass', () => Date.now() - started > SILENCE_MS, SILENCE_MS + 10_000)
    equal([app.connections, app.complaints], [1, []], 'connections and complaints')
  },
}

function same(one, two, map) {
  const sorted = ({ doc }) => JSON.stringify(Object.entries(doc.getMap(map).toJSON()).sort())
  return sorted(one) === sorted(two)
}

await run(cases)
