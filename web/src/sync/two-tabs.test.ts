import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DocumentSession } from './interface.ts'
import { type Browser, World, write } from './testing/world.ts'

let world: World
let browser: Browser

beforeEach(() => {
  world = new World()
  browser = world.browser()
})

afterEach(() => world.end())

describe('two tabs of one browser', () => {
  it('count one edit once', async () => {
    const [left, right] = await twoTabs()
    world.server.acknowledges = false

    write(left, 'title', 'a')
    await world.clock.pass(500)

    expect(left.status()).toEqual({ kind: 'saving', count: 1 })
    expect(right.status()).toEqual({ kind: 'saving', count: 1 })
    expect(right.document.getMap('cards').get('title')).toBe('a')
  })

  it('both learn that it is durable', async () => {
    const [left, right] = await twoTabs()

    write(left, 'title', 'a')

    expect(left.status()).toEqual({ kind: 'saved' })
    expect(right.status()).toEqual({ kind: 'saved' })
  })

  it('see each other without a server', async () => {
    world.server.isUp = false
    const left = await browser.tab().open()
    write(left, 'title', 'before')
    const right = await browser.tab().open()

    write(right, 'points', '1')

    expect(left.document.getMap('cards').toJSON()).toEqual({ title: 'before', points: '1' })
    expect(right.document.getMap('cards').toJSON()).toEqual({ title: 'before', points: '1' })
    expect(left.status()).toMatchObject({ count: 2 })
    expect(right.status()).toMatchObject({ count: 2 })
  })

  it('send for each other when one has no connection', async () => {
    const [left, right] = await twoTabs()
    world.server.isUp = false
    world.server.sockets[0]?.end(1006)

    write(left, 'title', 'a')
    await world.clock.pass(600)

    expect(world.server.document.getMap('cards').get('title')).toBe('a')
    expect(right.status()).toEqual({ kind: 'saved' })
    expect(left.status()).toMatchObject({ kind: 'offline', count: 0 })
  })

  it('take over what a dead connection of a closed tab swallowed', async () => {
    const [left, right] = await twoTabs()
    const [first, second] = world.server.sockets
    if (first === undefined || second === undefined) throw new Error('two sockets expected')
    first.isDead = true
    write(left, 'title', 'a')
    await left.destroy()

    await world.clock.pass(15_000)
    second.deliver(Uint8Array.of(1, 1, 0))
    await world.clock.pass(10_000)

    expect(world.server.document.getMap('cards').get('title')).toBe('a')
    expect(right.status().kind).toMatch(/saved|live/)
  })
})

async function twoTabs(): Promise<[DocumentSession, DocumentSession]> {
  return [await browser.tab().open(), await browser.tab().open()]
}
