// Documents as stock Yjs clients make them, and the check that Yjs reads back what our core saves.
//
//   node corpus.mjs make <first seed> <count>   prints one JSON line per document:
//       { seed, updates: [{ source: "live" | "sync", hex }], state: hex, text, view }
//   node corpus.mjs read                        reads lines { seed, state: hex, view }; prints what differs, exits 1
//
// The first replica to see an update is the server, as in life: its log has every update after its predecessors, while
// clients lag, work offline, undo and come back. All randomness comes from the seed.

import { createInterface } from 'node:readline'
import * as Y from 'yjs'

const hex = (bytes) => Buffer.from(bytes).toString('hex')
const unhex = (text) => new Uint8Array(Buffer.from(text, 'hex'))

/** mulberry32 */
const randomness = (seed) => {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (n) => Math.floor(next() * n)
  return { below, chance: (p) => next() < p, pick: (list) => list[below(list.length)] }
}

const WORDS = ['a', 'sprint', ' ', '회의록', '한', '🙂', '👩‍👩‍👧', 'é', 'e\u0301', '\u0000', '\ud83d', '\ude42', 'x'.repeat(200), '\n', '{"a":[1]}']

const plain = (r, depth = 0) => {
  switch (r.below(depth < 4 ? 16 : 12)) {
    case 0: return null
    case 1: return undefined
    case 2: return r.chance(0.5)
    case 3: return r.below(2 ** 31) * (r.chance(0.5) ? 1 : -1)
    case 4: return 2 ** 53 - r.below(1000)
    case 5: return -0
    case 6: return Math.PI * r.below(1000)
    case 7: return r.pick([NaN, Infinity, 1.5, 1e300, 2 ** 31, -(2 ** 31)])
    case 8: return BigInt(r.below(1e9)) ** 2n
    case 9: return new Uint8Array(Array.from({ length: r.below(40) }, () => r.below(256)))
    case 10: return r.pick(WORDS)
    case 11: return ''
    case 12: case 13: return Array.from({ length: r.below(4) }, () => plain(r, depth + 1))
    default: return Object.fromEntries(Array.from({ length: r.below(4) }, () => [r.pick(WORDS), plain(r, depth + 1)]))
  }
}

/** As an element of a list Yjs takes neither undefined nor big integers by themselves. */
const element = (r) => {
  const value = plain(r)
  return value === undefined || typeof value === 'bigint' ? [value] : value
}

const json = (r, depth = 0) => {
  switch (r.below(depth < 3 ? 7 : 5)) {
    case 0: return null
    case 1: return r.chance(0.5)
    case 2: return r.below(1e6) / 8
    case 3: return '링크 🙂 "quoted" \\ \n'
    case 4: return r.below(1e9)
    case 5: return [json(r, depth + 1), json(r, depth + 1)]
    default: return { href: 'https://calit.dev/', nested: json(r, depth + 1) }
  }
}

const shared = (r) => {
  switch (r.below(6)) {
    case 0: return new Y.Map([['k', plain(r)], ['t', new Y.Text('in a map')]])
    case 1: return Y.Array.from([element(r), 1, 'two'])
    case 2: return new Y.Text(r.pick(WORDS))
    case 3: { const e = new Y.XmlElement(r.pick(['paragraph', '한', 'h1'])); e.setAttribute('level', String(r.below(9))); return e }
    case 4: return new Y.XmlText('xml text')
    default: return new Y.XmlFragment()
  }
}

const FORMATS = ['bold', 'link', 'comment', '색']

const editText = (r, text) => {
  const at = r.below(text.length + 1)
  const len = Math.min(r.below(6), text.length - at)
  switch (r.below(7)) {
    case 0: case 1: case 2: return text.insert(at, r.pick(WORDS))
    case 3: return text.insert(at, r.pick(WORDS), { [r.pick(FORMATS)]: json(r) })
    case 4: return len > 0 ? text.delete(at, len) : undefined
    case 5: return len > 0 ? text.format(at, len, { [r.pick(FORMATS)]: json(r) }) : undefined
    default: return text.insertEmbed(at, r.chance(0.3) ? shared(r) : { image: json(r) })
  }
}

const editArray = (r, array) => {
  const at = r.below(array.length + 1)
  switch (r.below(4)) {
    case 0: return array.insert(at, Array.from({ length: 1 + r.below(4) }, () => element(r)))
    case 1: return array.insert(at, [shared(r)])
    case 2: return array.push([element(r), shared(r), element(r)])
    default: { const len = Math.min(1 + r.below(3), array.length - at); return len > 0 ? array.delete(at, len) : undefined }
  }
}

const editMap = (r, map) => {
  const key = r.pick(['title', 'points', '__proto__', '제목', 'k' + r.below(5)])
  switch (r.below(4)) {
    case 0: return map.delete(key)
    case 1: return map.set(key, shared(r))
    default: return map.set(key, plain(r))
  }
}

const editXml = (r, xml) => {
  const at = r.below(xml.length + 1)
  if (xml instanceof Y.XmlElement && r.chance(0.3)) {
    return r.chance(0.7) ? xml.setAttribute('a' + r.below(3), r.pick(WORDS)) : xml.removeAttribute('a' + r.below(3))
  }
  switch (r.below(3)) {
    case 0: return xml.insert(at, [new Y.XmlElement('paragraph')])
    case 1: return xml.insert(at, [new Y.XmlText(r.pick(WORDS))])
    default: { const len = Math.min(1, xml.length - at); return len > 0 ? xml.delete(at, len) : undefined }
  }
}

const edit = (r, type) => {
  if (type instanceof Y.Text) return editText(r, type) // XML text, too
  if (type instanceof Y.Array) return editArray(r, type)
  if (type instanceof Y.Map) return editMap(r, type)
  return editXml(r, type)
}

const roots = (doc) => [doc.getText('text'), doc.getArray('array'), doc.getMap('map'), doc.getXmlFragment('xml')]

/** A random shared type of the document; found from the roots, at most 12 deep so that edits stay legal. */
const anyType = (r, doc) => {
  let type = r.pick(roots(doc))
  for (let depth = 0; depth < 12 && r.chance(0.6); depth++) {
    const inside = type instanceof Y.Map ? [...type.values()]
      : type instanceof Y.Text ? type.toDelta().map((part) => part.insert)
        : type.toArray()
    const types = inside.filter((value) => value instanceof Y.AbstractType)
    if (types.length === 0) break
    type = r.pick(types)
  }
  return type
}

/** Everything that a reader of the document can see, as text that compares. */
const view = (doc) => {
  const show = (value) => {
    if (value instanceof Y.Text) return { text: value.toDelta().map((p) => ({ insert: show(p.insert), attributes: show(p.attributes) })), attributes: show(value.getAttributes()) }
    if (value instanceof Y.XmlElement) return { element: value.nodeName, attributes: show(value.getAttributes()), inside: value.toArray().map(show) }
    if (value instanceof Y.XmlFragment) return { fragment: value.toArray().map(show) }
    if (value instanceof Y.Array) return { array: value.toArray().map(show) }
    if (value instanceof Y.Map) return { map: [...value.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, show(v)]) }
    if (value instanceof Uint8Array) return { bytes: hex(value) }
    // yrs saves a big integer that a float can hold as a plain number, and has no minus zero.
    if (typeof value === 'bigint' || typeof value === 'number') return { number: String(Number(value)) }
    if (value === undefined) return { undefined: true }
    if (Array.isArray(value)) return value.map(show)
    if (value !== null && typeof value === 'object') return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, show(v)])
    return value
  }
  return JSON.stringify(roots(doc).map(show))
}

const make = (seed) => {
  const r = randomness(seed)
  const log = []
  const server = new Y.Doc({ gc: r.chance(0.8) })
  server.clientID = 1
  roots(server)
  // Whoever receives a change of formats deletes those without effect, in an update of its own.
  server.on('update', (update, origin) => { if (origin !== 'log') log.push({ source: 'live', hex: hex(update), from: server }) })
  const clients = Array.from({ length: 1 + r.below(4) }, (_, index) => {
    const doc = new Y.Doc({ gc: r.chance(0.9) })
    doc.clientID = r.chance(0.5) ? r.below(2 ** 32) : 10 + index
    roots(doc)
    const client = { doc, seen: 0, offline: null, undo: new Y.UndoManager(roots(doc), { captureTimeout: 0 }) }
    doc.on('update', (update, origin) => {
      if (origin === 'log') return
      if (client.offline) client.offline.push(update)
      else send(client, 'live', update)
    })
    return client
  })
  const send = (client, source, update) => {
    log.push({ source, hex: hex(update), from: client })
    Y.applyUpdate(server, update, 'log')
  }
  const receive = (client, count) => {
    while (client.seen < log.length && count-- > 0) {
      const entry = log[client.seen++]
      if (entry.from !== client) Y.applyUpdate(client.doc, unhex(entry.hex), 'log')
    }
  }
  const comeBack = (client) => {
    const updates = client.offline
    client.offline = null
    if (updates.length === 0) return
    switch (r.below(3)) {
      case 0: return updates.forEach((update) => send(client, 'live', update))
      case 1: return send(client, 'live', Y.mergeUpdates(updates))
      default: return send(client, 'sync', r.chance(0.5)
        ? Y.encodeStateAsUpdate(client.doc, Y.encodeStateVector(server))
        : Y.encodeStateAsUpdate(client.doc))
    }
  }
  for (let turn = 0; turn < 40 + r.below(200); turn++) {
    const client = r.pick(clients)
    const dice = r.below(20)
    if (dice === 0 && !client.offline) client.offline = []
    else if (dice === 1 && client.offline) comeBack(client)
    else if (dice === 2) r.chance(0.7) ? client.undo.undo() : client.undo.redo()
    else if (dice < 6) { if (!client.offline) receive(client, r.below(20)) }
    else client.doc.transact(() => { for (let n = 0; n <= r.below(4); n++) edit(r, anyType(r, client.doc)) })
  }
  clients.forEach((client) => client.offline && comeBack(client))
  return {
    seed,
    updates: log.map(({ source, hex }) => ({ source, hex })),
    state: hex(Y.encodeStateAsUpdate(server)),
    text: server.getText('text').toString(),
    view: view(server)
  }
}

const read = async () => {
  let failures = 0
  for await (const line of createInterface({ input: process.stdin })) {
    const { seed, state, view: expected } = JSON.parse(line)
    const doc = new Y.Doc()
    Y.applyUpdate(doc, unhex(state))
    const actual = view(doc)
    if (actual === expected && doc.store.pendingStructs === null && doc.store.pendingDs === null) continue
    failures++
    let at = 0
    while (actual[at] === expected[at]) at++
    console.log(`seed ${seed} differs at ${at}:\n  yjs:  ${expected.slice(at - 60, at + 60)}\n  ours: ${actual.slice(at - 60, at + 60)}`)
  }
  process.exitCode = failures === 0 ? 0 : 1
}

const [mode, first, count] = process.argv.slice(2)
if (mode === 'read') await read()
else for (let n = 0; n < Number(count); n++) console.log(JSON.stringify(make(Number(first) + n)))
