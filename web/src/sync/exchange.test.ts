import { beforeEach, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { Message } from '../../../client-protocol/ts/frame.ts'
import { Exchange, hasPending, RESYNC_MS_MIN } from './exchange.ts'
import { UnsavedEdits } from './unsaved-edits.ts'

let document: Y.Doc
let edits: UnsavedEdits
let sent: Message[]
let released: string[]
let reports: unknown[]
let now: number
let exchange: Exchange

beforeEach(() => {
  document = new Y.Doc()
  edits = new UnsavedEdits()
  sent = []
  released = []
  reports = []
  now = 0
  exchange = new Exchange(document, edits, {
    send: (message) => sent.push(message),
    now: () => now,
    report: (error) => reports.push(error),
    onMerged: () => {},
    onDurable: (ids) => released.push(...ids),
    onTooBig: () => {},
  })
})

it('the own step 2 waits for the step 2 of the server', () => {
  exchange.begin()
  exchange.receiveStep1(Uint8Array.of(0))
  expect(types()).toEqual(['step1'])

  exchange.receiveUpdate(emptyUpdate, true)

  expect(types()).toEqual(['step1', 'step2'])
})

it('an edit made before that travels in the step 2 and is released by it', () => {
  exchange.begin()
  edit('a-1')
  exchange.receiveStep1(Uint8Array.of(0))
  exchange.receiveUpdate(emptyUpdate, true)
  expect(types()).toEqual(['step1', 'step2'])

  exchange.acknowledge(1)

  expect(released).toEqual(['a-1'])
})

it('a step 2 of a step 1 in the middle is counted like any sync frame', () => {
  merge()
  edit('a-1')
  exchange.receiveStep1(Uint8Array.of(0))
  edit('a-2')

  exchange.acknowledge(3)
  expect(released).toEqual(['a-1'])
  exchange.acknowledge(4)

  expect(released).toEqual(['a-1', 'a-2'])
})

it('what waits for content that never came is neither sent nor released', () => {
  const { first, second } = twoUpdates()
  Y.applyUpdate(document, second)
  edits.add({ id: 'a-2', madeAt: 0 })
  expect(hasPending(document)).toBe(true)

  merge()
  exchange.acknowledge(1)

  expect(released).toEqual([])
  expect(contentOf(sent.at(-1))).toEqual({})
  expect(hasPending(document)).toBe(true)

  exchange.receiveUpdate(first, false)
  exchange.acknowledge(2)

  expect(released).toEqual(['a-2'])
  expect(contentOf(sent.at(-1))).toEqual({ k: 2 })
})

it('a gap in what the server sent is asked for, but not all the time', () => {
  const { second } = twoUpdates()
  merge()
  now = RESYNC_MS_MIN

  exchange.receiveUpdate(second, false)
  exchange.receiveUpdate(second, false)

  expect(types()).toEqual(['step1', 'step2', 'step1'])
})

it('a viewer sends nothing, and everything when it becomes an editor', () => {
  exchange.allowWriting(false)
  merge()
  edit('a-1')
  expect(types()).toEqual(['step1'])

  exchange.allowWriting(true)

  expect(types()).toEqual(['step1', 'step2'])
  exchange.acknowledge(1)
  expect(released).toEqual(['a-1'])
})

it('edits that no frame holds are adopted once', () => {
  merge()
  edits.add({ id: 'b-1', madeAt: 0 })

  exchange.adoptOrphans(1)
  exchange.adoptOrphans(1)
  exchange.acknowledge(2)

  expect(types()).toEqual(['step1', 'step2', 'step2'])
  expect(released).toEqual(['b-1'])
})

it('a later step 2 holds only what the server has not confirmed', () => {
  merge()
  edit('a-1', 'x'.repeat(1_000))
  exchange.receiveStep1(Uint8Array.of(0))
  exchange.acknowledge(3)
  edits.add({ id: 'b-1', madeAt: 0 })

  exchange.adoptOrphans(1)

  const last = sent.at(-1)
  expect(last?.type === 'step2' && last.update.length).toBeLessThan(100)
})

it('an observer of the app that throws does not stop the conversation', () => {
  merge()
  document.getMap('cards').observe(() => {
    throw new Error('a view is broken')
  })

  exchange.receiveUpdate(twoUpdates().first, false)

  expect(document.getMap('cards').toJSON()).toEqual({ k: 1 })
  expect(reports).toEqual([new Error('a view is broken')])
})

it('an update that nobody can read is an error', () => {
  merge()

  expect(() => exchange.receiveUpdate(Uint8Array.of(1, 200, 3), false)).toThrow()
})

const emptyUpdate = Uint8Array.of(0, 0)

function merge(): void {
  exchange.begin()
  exchange.receiveStep1(Uint8Array.of(0))
  exchange.receiveUpdate(emptyUpdate, true)
}

function edit(id: string, value = id): void {
  const before = Y.encodeStateVector(document)
  document.getMap('cards').set(id, value)
  edits.add({ id, madeAt: now })
  exchange.sendEdit(id, Y.encodeStateAsUpdate(document, before))
}

/** Two updates of one author; the second builds on the first. */
function twoUpdates(): { first: Uint8Array; second: Uint8Array } {
  const author = new Y.Doc()
  author.getMap('cards').set('k', 1)
  const first = Y.encodeStateAsUpdate(author)
  const before = Y.encodeStateVector(author)
  author.getMap('cards').set('k', 2)
  return { first, second: Y.encodeStateAsUpdate(author, before) }
}

function contentOf(message: Message | undefined): unknown {
  if (message?.type !== 'step2') throw new Error('a step 2 was expected')
  const copy = new Y.Doc()
  Y.applyUpdate(copy, message.update)
  return copy.getMap('cards').toJSON()
}

function types(): string[] {
  return sent.map(({ type }) => type)
}
