import { IDBDatabase, IDBFactory } from 'fake-indexeddb'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { type Copy, GATHER_MS, HEAL_MS, OfflineStore, ROWS_MAX } from './offline-store.ts'
import { flushPromises } from './testing/clock.ts'
import { World } from './testing/world.ts'
import type { UnsavedEdit } from './unsaved-edits.ts'

describe('a store', () => {
  it('keeps an edit and its update together', async () => {
    const { store, document, reopen } = device()
    await store.load()

    store.keepEdit({ id: 'a-1', madeAt: 1 }, change(document, 'k', 'v'))

    const loaded = await reopen()
    expect(loaded.edits).toEqual([{ id: 'a-1', madeAt: 1 }])
    expect(contentOf(loaded.updates)).toEqual({ k: 'v' })
  })

  it('forgets the entry of a durable edit, and keeps its content', async () => {
    const { store, document, reopen } = device()
    await store.load()
    store.keepEdit({ id: 'a-1', madeAt: 1 }, change(document, 'k', 'v'))

    store.forget(['a-1'])

    const loaded = await reopen()
    expect(loaded.edits).toEqual([])
    expect(contentOf(loaded.updates)).toEqual({ k: 'v' })
  })

  it('writes what came before it opened', async () => {
    const { store, document, reopen } = device()
    store.keepEdit({ id: 'a-1', madeAt: 1 }, change(document, 'k', 'v'))

    await store.load()

    expect((await reopen()).edits.length).toBe(1)
  })

  it('gathers the updates of others and writes them as one', async () => {
    const { world, store, document, reopen } = device()
    await store.load()
    for (const value of ['1', '2', '3']) store.keepUpdate(change(document, 'k', value))
    expect((await reopen()).updates).toEqual([])

    await world.clock.pass(GATHER_MS)

    const loaded = await reopen()
    expect(loaded.updates.length).toBe(1)
    expect(contentOf(loaded.updates)).toEqual({ k: '3' })
  })

  it('writes the updates of others before an edit that may build on them', async () => {
    const { store, document, reopen } = device()
    await store.load()
    store.keepUpdate(change(document, 'theirs', '1'))

    store.keepEdit({ id: 'a-1', madeAt: 1 }, change(document, 'mine', '1'))

    expect(contentOf((await reopen()).updates)).toEqual({ theirs: '1', mine: '1' })
  })

  it('replaces many rows by one, with the rows of another tab', async () => {
    const one = device()
    const other = device(one.factory)
    await one.store.load()
    await other.store.load()
    other.store.keepEdit({ id: 'b-1', madeAt: 1 }, change(other.document, 'theirs', '1'))
    await flushPromises()

    for (let row = 0; row <= ROWS_MAX; row += 1) {
      one.store.keepEdit({ id: `a-${row}`, madeAt: row }, change(one.document, 'mine', String(row)))
    }
    await flushPromises()

    const loaded = await one.reopen()
    expect(loaded.updates.length).toBeLessThan(5)
    expect(contentOf(loaded.updates)).toEqual({ mine: String(ROWS_MAX), theirs: '1' })
    expect(loaded.edits.length).toBe(ROWS_MAX + 2)
  })

  it('that fails says so, and writes everything anew when it can', async () => {
    const { world, store, document, breakNextWrite, reopen, waiting } = device()
    await store.load()
    waiting.push({ id: 'a-1', madeAt: 1 })
    breakNextWrite()
    store.keepEdit({ id: 'a-1', madeAt: 1 }, change(document, 'k', 'v'))
    await flushPromises()
    expect(store.works).toBe(false)

    await world.clock.pass(HEAL_MS)
    await flushPromises()

    expect(store.works).toBe(true)
    const loaded = await reopen()
    expect(contentOf(loaded.updates)).toEqual({ k: 'v' })
    expect(loaded.edits).toEqual([{ id: 'a-1', madeAt: 1 }])
  })

  it('without storage loads nothing and takes everything', async () => {
    const { store, document } = device(null)

    expect(await store.load()).toEqual({ updates: [], edits: [] })
    store.keepEdit({ id: 'a-1', madeAt: 1 }, change(document, 'k', 'v'))
    expect(store.works).toBe(false)
    await store.close()
  })

  it('that hangs while opening does not hold the document up', async () => {
    const hanging = { open: () => ({}) } as unknown as IDBFactory
    const { world, store } = device(hanging)
    const loading = store.load()

    await world.clock.pass(3_000)

    expect(await loading).toEqual({ updates: [], edits: [] })
  })
})

/** One tab's store on a device. */
function device(factory: IDBFactory | null = new IDBFactory()) {
  const world = new World()
  const document = new Y.Doc()
  const waiting: UnsavedEdit[] = []
  const copy: Copy = {
    apply(updates) {
      for (const update of updates) Y.applyUpdate(document, update)
    },
    encode: () => Y.encodeStateAsUpdate(document),
    merge: (updates) => Y.mergeUpdates([...updates]),
    waiting: () => waiting,
  }
  const open = () => {
    const environment = { ...world.browser().tab().environment(), indexedDB: factory }
    return new OfflineStore('brd_1', environment, copy, () => {})
  }
  const store = open()
  return {
    world,
    factory,
    document,
    waiting,
    store,
    /** The disk is full for one write. */
    breakNextWrite() {
      const { transaction } = IDBDatabase.prototype
      IDBDatabase.prototype.transaction = () => {
        IDBDatabase.prototype.transaction = transaction
        throw new DOMException('no space', 'QuotaExceededError')
      }
    },
    async reopen() {
      await flushPromises()
      return open().load()
    },
  }
}

function change(document: Y.Doc, key: string, value: string): Uint8Array {
  const before = Y.encodeStateVector(document)
  document.getMap('cards').set(key, value)
  return Y.encodeStateAsUpdate(document, before)
}

function contentOf(updates: readonly Uint8Array[]): unknown {
  const document = new Y.Doc()
  for (const update of updates) Y.applyUpdate(document, update)
  return document.getMap('cards').toJSON()
}
