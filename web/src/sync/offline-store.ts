// The copy of one document on this device: its updates, and which local edits have no durable acknowledgement yet.
// Promises: an edit's update and its entry among the unacknowledged are written in one transaction, in the tick of
// the edit; compaction never loses what another tab wrote. A failing disk is reported and healed, never thrown.
// Knows nothing of sockets. The document is reached through `Copy` only.

import type { Environment } from './environment.ts'
import type { EditId, UnsavedEdit } from './unsaved-edits.ts'

/** Rows of updates that are replaced by one: a load stays quick, and a long session writes its state rarely. */
export const ROWS_MAX = 400

/** Updates of others are gathered this long before they are written; they can always be fetched again. */
export const GATHER_MS = 1_000

/** After a failed write everything is written anew, this much later. */
export const HEAL_MS = 5_000

/** Opening storage takes milliseconds; a browser that hangs here must not keep the document from opening. */
export const OPEN_MS_MAX = 3_000

const VERSION = 1
const UPDATES = 'updates'
const UNACKNOWLEDGED = 'unacknowledged'

/** What was found on this device. */
export interface Loaded {
  readonly updates: readonly Uint8Array[]
  readonly edits: readonly UnsavedEdit[]
}

/** The live document, as far as the store needs it. */
export interface Copy {
  /** Applies rows that may be new, such as those of another tab. */
  apply(updates: readonly Uint8Array[]): void
  encode(): Uint8Array
  merge(updates: readonly Uint8Array[]): Uint8Array
  waiting(): readonly UnsavedEdit[]
}

/** See the head of this file. Before `load` has settled, writes wait in memory and are written with it. */
export class OfflineStore {
  readonly #environment: Environment
  readonly #copy: Copy
  readonly #onHealth: () => void
  readonly #opening: Promise<IDBDatabase | null>
  #database: IDBDatabase | null = null
  #closed = false
  #failing = false
  #rows = 0
  #gathered: Uint8Array[] = []
  #stopGathering: (() => void) | null = null
  #early: ((stores: Stores) => void)[] = []
  #lastWrite: Promise<void> = Promise.resolve()

  constructor(documentId: string, environment: Environment, copy: Copy, onHealth: () => void) {
    this.#environment = environment
    this.#copy = copy
    this.#onHealth = onHealth
    this.#opening = this.#open(`calit/${documentId}`)
  }

  /** Whether this device keeps what is written. */
  get works(): boolean {
    return !this.#failing
  }

  /** Reads the copy. Never rejects; without storage it is empty. */
  async load(): Promise<Loaded> {
    const nothing: Loaded = { updates: [], edits: [] }
    const database = await this.#opening
    if (database === null) return nothing
    try {
      const loaded = await read(database)
      this.#rows = loaded.updates.length
      if (!this.#closed) this.#begin(database)
      return loaded
    } catch {
      this.#begin(database)
      this.#fail()
      return nothing
    }
  }

  /** Keeps a local edit until `forget`. Asked for before the edit's frame is sent. */
  keepEdit(edit: UnsavedEdit, update: Uint8Array): void {
    // What others wrote before goes first: the edit may build on it.
    const before = this.#takeGathered()
    this.#write((stores) => {
      if (before !== null) stores.updates.add(before)
      stores.updates.add(update)
      stores.unacknowledged.put(edit)
    })
    this.#countRows(before === null ? 1 : 2)
  }

  /** Keeps an update of somebody else, soon. */
  keepUpdate(update: Uint8Array): void {
    this.#gathered.push(update)
    this.#stopGathering ??= this.#environment.after(GATHER_MS, () => this.flush())
  }

  /** These edits are durable on the server. */
  forget(ids: readonly EditId[]): void {
    if (ids.length === 0) return
    this.#write((stores) => {
      for (const id of ids) stores.unacknowledged.delete(id)
    })
  }

  /** Writes what was gathered, now: the page may be going away. */
  flush(): void {
    const update = this.#takeGathered()
    if (update === null) return
    this.#write((stores) => stores.updates.add(update))
    this.#countRows(1)
  }

  /** Writes what is left, then lets go. */
  async close(): Promise<void> {
    if (this.#closed) return
    const database = await this.#opening
    this.flush()
    this.#closed = true
    await this.#lastWrite
    database?.close()
  }

  #begin(database: IDBDatabase): void {
    this.#database = database
    // Another tab wants to change or delete the database: holding on would block it for ever.
    database.onversionchange = () => {
      database.close()
      this.#database = null
      this.#failing = true
      this.#onHealth()
    }
    const early = this.#early
    this.#early = []
    if (early.length > 0) {
      this.#write((stores) => {
        for (const write of early) write(stores)
      })
    }
    if (this.#rows > ROWS_MAX) this.#compact()
  }

  #write(write: (stores: Stores) => void): void {
    if (this.#closed || this.#failing) return
    if (this.#database === null) {
      this.#early.push(write)
      return
    }
    try {
      const transaction = this.#database.transaction([UPDATES, UNACKNOWLEDGED], 'readwrite')
      this.#lastWrite = new Promise((resolve) => {
        transaction.oncomplete = () => resolve()
        transaction.onabort = () => {
          resolve()
          this.#fail()
        }
      })
      write({ updates: transaction.objectStore(UPDATES), unacknowledged: transaction.objectStore(UNACKNOWLEDGED) })
    } catch {
      this.#fail()
    }
  }

  #countRows(rows: number): void {
    this.#rows += rows
    if (this.#rows > ROWS_MAX && this.#database !== null) this.#compact()
  }

  /** Replaces all rows by the whole state, in one transaction, so that no row of another tab slips between. */
  #compact(): void {
    this.#rows = 1
    this.#write((stores) => {
      const request: IDBRequest<Uint8Array[]> = stores.updates.getAll()
      request.onsuccess = () => {
        this.#copy.apply(request.result)
        stores.updates.clear()
        stores.updates.add(this.#copy.encode())
      }
    })
  }

  /** Nothing written singly can be trusted after a hole, so the next write is of everything. */
  #fail(): void {
    if (this.#failing || this.#closed) return
    this.#failing = true
    this.#onHealth()
    this.#environment.after(HEAL_MS, () => this.#heal())
  }

  #heal(): void {
    if (this.#closed || this.#database === null) return
    this.#failing = false
    this.#compact()
    this.#write((stores) => {
      for (const edit of this.#copy.waiting()) stores.unacknowledged.put(edit)
    })
    this.#onHealth()
  }

  #takeGathered(): Uint8Array | null {
    this.#stopGathering?.()
    this.#stopGathering = null
    const updates = this.#gathered
    this.#gathered = []
    const [first] = updates
    if (first === undefined) return null
    return updates.length === 1 ? first : this.#copy.merge(updates)
  }

  async #open(name: string): Promise<IDBDatabase | null> {
    let stop = () => {}
    const late = new Promise<null>((resolve) => {
      stop = this.#environment.after(OPEN_MS_MAX, () => resolve(null))
    })
    const opened = openDatabase(this.#environment.indexedDB, name).catch(() => null)
    const database = await Promise.race([opened, late])
    stop()
    if (database === null) {
      opened.then((tooLate) => tooLate?.close())
      this.#failing = true
      this.#early = []
      this.#onHealth()
    }
    return database
  }
}

interface Stores {
  readonly updates: IDBObjectStore
  readonly unacknowledged: IDBObjectStore
}

function openDatabase(factory: IDBFactory | null, name: string): Promise<IDBDatabase | null> {
  if (factory === null) return Promise.resolve(null)
  return new Promise((resolve, reject) => {
    const request = factory.open(name, VERSION)
    request.onupgradeneeded = () => {
      request.result.createObjectStore(UPDATES, { autoIncrement: true })
      request.result.createObjectStore(UNACKNOWLEDGED, { keyPath: 'id' })
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function read(database: IDBDatabase): Promise<Loaded> {
  return new Promise((resolve, reject) => {
    // One transaction, so that an unacknowledged edit is never seen without its update.
    const transaction = database.transaction([UPDATES, UNACKNOWLEDGED], 'readonly')
    const updates: IDBRequest<Uint8Array[]> = transaction.objectStore(UPDATES).getAll()
    const edits: IDBRequest<UnsavedEdit[]> = transaction.objectStore(UNACKNOWLEDGED).getAll()
    transaction.oncomplete = () => {
      const oldestFirst = edits.result.sort((left, right) => left.madeAt - right.madeAt)
      resolve({ updates: updates.result, edits: oldestFirst })
    }
    transaction.onabort = () => reject(transaction.error)
  })
}
