import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DocumentSession, MergeSummary } from './interface.ts'
import { type Browser, World, write } from './testing/world.ts'

let world: World
let browser: Browser

beforeEach(() => {
  world = new World()
  browser = world.browser()
})

afterEach(() => world.end())

describe('a copy on this device', () => {
  it('is shown without a server, with the count of edits from before a crash', async () => {
    const tab = browser.tab()
    const first = await tab.open()
    world.server.isUp = false
    world.server.last.end(1006)
    write(first, 'title', 'kept')
    write(first, 'title', 'kept again')
    tab.crash()
    await world.settle()

    const second = await browser.tab().open()

    await second.whenLoaded
    expect(second.document.getMap('cards').get('title')).toBe('kept again')
    expect(second.status()).toMatchObject({ kind: 'offline', count: 2, hasLocalCopy: true })
  })

  it('merges after the reload, once, and counts to zero', async () => {
    const first = await connected()
    world.server.isUp = false
    world.server.last.end(1006)
    write(first, 'title', 'kept')
    await world.settle()
    await first.destroy()

    const second = await browser.tab().open()
    const merges: MergeSummary[] = []
    second.onMerged((summary) => merges.push(summary))
    world.server.edit((document) => document.getMap('cards').set('theirs', '1'))
    world.server.isUp = true
    await world.clock.pass(1_000)

    expect(world.server.document.getMap('cards').toJSON()).toEqual({ title: 'kept', theirs: '1' })
    expect(merges).toEqual([{ sent: 1, received: 1 }])
    await second.destroy()
    const third = await browser.tab().open()
    expect(third.status()).toEqual({ kind: 'live' })
  })

  it('of a deletion survives the reload too', async () => {
    const first = await connected()
    write(first, 'title', 'a')
    world.server.isUp = false
    world.server.last.end(1006)
    first.document.getMap('cards').delete('title')
    await first.destroy()
    world.server.isUp = true

    const second = await browser.tab().open()

    expect(world.server.document.getMap('cards').size).toBe(0)
    expect(second.document.getMap('cards').size).toBe(0)
    expect(second.status()).toEqual({ kind: 'saved' })
  })

  it('is missing where the browser has no storage, and that is said', async () => {
    browser.indexedDB = null

    const session = await connected()
    write(session, 'title', 'a')

    expect(session.keepsLocalCopy()).toBe(false)
    expect(session.status()).toEqual({ kind: 'saved' })
  })
})

function connected(): Promise<DocumentSession> {
  return browser.tab().open()
}
