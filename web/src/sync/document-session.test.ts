import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { DocumentSession, MergeSummary } from './interface.ts'
import { type Browser, World, write } from './testing/world.ts'

let world: World
let browser: Browser

beforeEach(() => {
  world = new World()
  browser = world.browser()
})

afterEach(() => world.end())

describe('an edit', () => {
  it('is saving after 400 ms and saved only with the acknowledgement', async () => {
    world.server.acknowledges = false
    const session = await connected()

    write(session, 'title', 'a')
    expect(session.status()).toEqual({ kind: 'live' })
    await world.clock.pass(399)
    expect(session.status()).toEqual({ kind: 'live' })
    await world.clock.pass(1)
    expect(session.status()).toEqual({ kind: 'saving', count: 1 })

    world.server.last.acknowledge()
    expect(session.status()).toEqual({ kind: 'saved' })
    await world.clock.pass(3_000)
    expect(session.status()).toEqual({ kind: 'live' })
  })

  it('goes out as one frame per transaction', async () => {
    const session = await connected()
    const before = world.server.last.frames

    session.document.transact(() => {
      write(session, 'title', 'a')
      write(session, 'points', '3')
    })
    write(session, 'title', 'b')

    expect(world.server.last.frames).toBe(before + 2)
    expect(world.server.document.getMap('cards').toJSON()).toEqual({ title: 'b', points: '3' })
  })

  it('that only deletes is acknowledged like any other', async () => {
    const session = await connected()
    write(session, 'title', 'a')
    world.server.acknowledges = false

    session.document.getMap('cards').delete('title')
    await world.clock.pass(500)
    expect(session.status()).toEqual({ kind: 'saving', count: 1 })
    world.server.last.acknowledge()

    expect(session.status()).toEqual({ kind: 'saved' })
    expect(world.server.document.getMap('cards').size).toBe(0)
  })

  it('is released by a cumulative acknowledgement, and only as far as that goes', async () => {
    world.server.acknowledges = false
    const session = await connected()
    world.server.last.acknowledge()
    const before = world.server.last.frames
    for (const text of ['a', 'b', 'c']) write(session, 'title', text)
    await world.clock.pass(500)

    world.server.last.acknowledge(before + 2)
    expect(session.status()).toEqual({ kind: 'saving', count: 1 })
    world.server.last.acknowledge(before + 1)
    expect(session.status()).toEqual({ kind: 'saving', count: 1 })
  })

  it('is not released by an acknowledgement of frames that were never sent', async () => {
    world.server.acknowledges = false
    const session = await connected()
    write(session, 'title', 'a')
    await world.clock.pass(500)

    world.server.last.acknowledge(1_000)

    expect(session.status()).toEqual({ kind: 'saving', count: 1 })
  })

  it('bigger than a frame travels as a step 2', async () => {
    const session = await connected()

    write(session, 'title', 'x'.repeat(1_100_000))

    expect(world.server.last.received.at(-1)?.type).toBe('step2')
    expect(session.status()).toEqual({ kind: 'saved' })
  })

  it('bigger than anything the server takes is kept here, and said so', async () => {
    const session = await connected()

    write(session, 'title', 'x'.repeat(9_000_000))

    expect(session.status()).toMatchObject({ kind: 'unsaved', count: 1 })

    session.document.getMap('cards').delete('title')
    expect(session.status()).toEqual({ kind: 'saved' })
  })
})

describe('a connection that ends', () => {
  it('leaves the edits counted, and merges them once when it is back', async () => {
    const session = await connected()
    const merges = mergesOf(session)
    world.server.isUp = false
    world.server.last.end(1006)
    write(session, 'title', 'mine')
    write(session, 'points', '5')
    expect(session.status()).toMatchObject({ kind: 'offline', count: 2, hasLocalCopy: true })

    world.server.edit((document) => document.getMap('cards').set('theirs', '1'))
    world.server.isUp = true
    await world.clock.pass(30_000)

    expect(session.status().kind).toMatch(/saved|live/)
    expect(world.server.document.getMap('cards').toJSON()).toEqual({ title: 'mine', points: '5', theirs: '1' })
    expect(session.document.getMap('cards').toJSON()).toEqual({ title: 'mine', points: '5', theirs: '1' })
    expect(merges).toEqual([{ sent: 2, received: 1 }])
    expect(world.server.last.frames).toBe(1)
  })

  it('keeps an edit waiting that was sent but not acknowledged', async () => {
    const session = await connected()
    world.server.acknowledges = false
    write(session, 'title', 'a')

    world.server.last.end(1006)
    expect(session.status()).toMatchObject({ kind: 'offline', count: 1 })
    world.server.acknowledges = true
    await world.clock.pass(1_000)

    expect(session.status()).toEqual({ kind: 'saved' })
  })

  it('cannot touch its successor when its close comes late', async () => {
    const session = await connected()
    const old = world.server.last
    old.isDead = true
    await world.clock.pass(32_000)
    expect(world.server.sockets.length).toBe(2)
    expect(session.status()).toEqual({ kind: 'live' })

    old.isDead = false
    old.isOpen = true
    old.say({ type: 'storage', ok: false, reason: 'disk full' })
    old.end(4403, 'forbidden')

    expect(session.status()).toEqual({ kind: 'live' })
    expect(world.server.sockets.length).toBe(2)
  })

  it('is noticed after 30 s without a data frame', async () => {
    const session = await connected()
    for (let second = 0; second < 60; second += 10) {
      await world.clock.pass(10_000)
      world.server.last.deliver(Uint8Array.of(1, 1, 0))
    }
    expect(world.server.sockets.length).toBe(1)

    world.server.isUp = false
    world.server.last.isDead = true
    await world.clock.pass(30_001)

    expect(session.status().kind).toBe('offline')
  })

  it('is noticed sooner when the page is shown again', async () => {
    const tab = browser.tab()
    const session = await tab.open()
    world.server.isUp = false
    world.server.last.isDead = true

    tab.fire('shown')
    await world.clock.pass(12_001)

    expect(session.status().kind).toBe('offline')
  })

  for (const code of [4401, 4403, 4404, 4409]) {
    it(`with ${code} is final, and nothing is lost`, async () => {
      const session = await connected()
      world.server.acknowledges = false
      write(session, 'title', 'a')

      world.server.last.end(code, 'no')
      await world.clock.pass(600_000)

      expect(session.status()).toEqual({ kind: 'refused', code, reason: 'no', count: 1 })
      expect(world.server.sockets.length).toBe(1)
    })
  }

  it('with a final code can be tried again by hand', async () => {
    const session = await connected()
    world.server.last.end(4401, 'expired')

    session.retryNow()
    await world.settle()

    expect(session.status()).toEqual({ kind: 'live' })
  })

  it('after a drain notice comes back after the delay that the server gave', async () => {
    const session = await connected()
    world.server.last.say({ type: 'drain', delay_ms: 1_500 })
    expect(session.status()).toEqual({ kind: 'live' })
    world.server.last.end(1012)

    await world.clock.pass(1_499)
    expect(world.server.sockets.length).toBe(1)
    await world.clock.pass(1)

    expect(session.status()).toEqual({ kind: 'live' })
  })

  it('asks for its parameters anew', async () => {
    let token = 0
    await browser.tab().open({ params: async () => ({ token: String(++token) }) })

    world.server.last.end(1006)
    await world.clock.pass(250)

    expect(world.server.sockets.map(({ url }) => new URL(url).search)).toEqual(['?token=1', '?token=2'])
  })

  it('is replaced when parameters could not be had', async () => {
    let calls = 0
    const params = async () => {
      calls += 1
      if (calls === 1) throw new Error('token service is down')
      return {}
    }
    const session = await browser.tab().open({ params })
    expect(session.status().kind).toBe('offline')

    await world.clock.pass(250)

    expect(session.status()).toEqual({ kind: 'live' })
  })
})

describe('a server', () => {
  it('that cannot write is shown as such, and the edits come through when it can', async () => {
    const session = await connected()
    world.server.acknowledges = false
    world.server.last.say({ type: 'storage', ok: false, reason: 'disk full' })
    write(session, 'title', 'a')
    expect(session.status()).toEqual({ kind: 'unsaved', count: 1, reason: 'disk full' })

    world.server.last.say({ type: 'storage', ok: true, reason: '' })
    world.server.last.acknowledge()

    expect(session.status()).toEqual({ kind: 'saved' })
  })

  it('that refuses an edit does not get it released by a later acknowledgement', async () => {
    const session = await connected()
    world.server.acknowledges = false
    write(session, 'title', 'a')

    world.server.last.say({ type: 'refused', code: 1008, reason: 'not a card' })
    world.server.last.acknowledge()

    expect(session.status()).toEqual({ kind: 'unsaved', count: 1, reason: 'not a card' })
    await world.clock.pass(1_000)
    expect(session.status()).toEqual({ kind: 'unsaved', count: 1, reason: 'not a card' })
  })

  it('that takes the right to write away keeps the edits here', async () => {
    const session = await connected()
    world.server.isUp = false
    world.server.last.end(1006)
    write(session, 'title', 'a')
    world.server.isUp = true
    world.server.role = 'viewer'

    await world.clock.pass(30_000)

    expect(session.role).toBe('viewer')
    expect(session.status()).toMatchObject({ kind: 'refused', code: 4403, count: 1 })
    expect(world.server.last.updates).toEqual([])
  })

  it('that takes it away in the middle lets the document be read on', async () => {
    const session = await connected()
    world.server.acknowledges = false
    write(session, 'title', 'a')

    world.server.last.say({ type: 'refused', code: 4403, reason: 'no' })
    world.server.last.acknowledge()
    world.server.edit((document) => document.getMap('cards').set('theirs', '1'))

    expect(session.role).toBe('viewer')
    expect(session.status()).toMatchObject({ kind: 'refused', code: 4403, count: 1 })
    expect(session.document.getMap('cards').get('theirs')).toBe('1')
    expect(world.server.sockets.length).toBe(1)
  })

  it('that takes away the right to write leaves the edits on the device, with what they were about', async () => {
    const session = await connected()
    world.server.acknowledges = false
    write(session, 'title', 'a')
    world.server.last.say({ type: 'refused', code: 4403, reason: 'no' })
    world.server.role = 'viewer'
    await session.destroy()

    const again = await browser.tab().open()
    await world.clock.pass(1_000)

    expect(again.document.getMap('cards').get('title')).toBe('a')
    expect(again.unsaved()).toMatchObject([{ touched: [['cards', 'title']] }])
    expect(again.status()).toMatchObject({ kind: 'refused', code: 4403, count: 1 })
    expect(world.server.last.updates).toEqual([])
  })

  it('that gives the right to write again at the next connection gets what waited, and then nothing is unsaved', async () => {
    const session = await connected()
    world.server.last.say({ type: 'refused', code: 4403, reason: 'no' })
    write(session, 'title', 'a')
    expect(session.unsaved().length).toBe(1)

    world.server.last.end(1006)
    await world.clock.pass(10_000)

    expect(world.server.document.getMap('cards').get('title')).toBe('a')
    expect(session.unsaved()).toEqual([])
  })

  it('that sends nonsense is left and tried again', async () => {
    const session = await connected()

    world.server.last.deliver(Uint8Array.of(0, 2, 5, 0))
    expect(session.status().kind).toBe('offline')
    await world.clock.pass(1_000)

    expect(session.status()).toEqual({ kind: 'live' })
  })

  it('that asks again in the middle gets a new step 2', async () => {
    const session = await connected()
    write(session, 'title', 'a')
    world.server.document = new Y.Doc()

    world.server.last.say({ type: 'step1', state_vector: Y.encodeStateVector(world.server.document) })

    expect(world.server.document.getMap('cards').toJSON()).toEqual({ title: 'a' })
  })

  it('that refuses the upgrade is asked why', async () => {
    world.server.isUp = false
    world.server.answer = async () => problem(403, 'You are not in this workspace.')

    const session = await browser.tab().open()
    await world.clock.pass(60_000)

    expect(session.status()).toEqual({
      kind: 'refused',
      code: 4403,
      reason: 'You are not in this workspace.',
      count: 0,
    })
    expect(world.server.sockets.length).toBe(1)
  })

  it('with a damaged document is tried again, and its words are shown', async () => {
    world.server.isUp = false
    world.server.answer = async () => problem(503, 'This document is damaged.')

    const session = await browser.tab().open()
    await world.settle()

    expect(session.status()).toMatchObject({ kind: 'offline', reason: 'This document is damaged.' })
  })
})

it('an opening document is loading until the first attempt has failed', async () => {
  world.server.isUp = false

  const opening = browser.tab().open()
  expect(world.server.sockets.length).toBe(0)
  const session = await opening

  expect(session.status()).toMatchObject({ kind: 'offline', hasLocalCopy: false })
})

it('a destroyed session says nothing any more', async () => {
  const session = await connected()
  const socket = world.server.last
  let told = 0
  session.onStatus(() => {
    told += 1
  })

  await session.destroy()
  socket.isOpen = true
  socket.say({ type: 'storage', ok: false, reason: 'disk full' })
  socket.end(4403)
  await world.clock.pass(60_000)

  expect(told).toBe(0)
  expect(world.server.sockets.length).toBe(1)
})

function connected(): Promise<DocumentSession> {
  return browser.tab().open()
}

function mergesOf(session: DocumentSession): MergeSummary[] {
  const merges: MergeSummary[] = []
  session.onMerged((summary) => merges.push(summary))
  return merges
}

function problem(status: number, detail: string): Response {
  return new Response(JSON.stringify({ title: 'Refused', status, detail }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })
}
