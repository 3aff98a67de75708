// One connection's conversation about one document: step 1, step 2, updates, and the acknowledgements that come back.
// Promises: an edit is released only when a frame that held it is durable; nothing is sent that the server cannot
// place, because the own step 2 leaves only after the server's has been merged, and live edits only after that.
// A new connection gets a new exchange, so nothing of an old one can count for it. Knows no sockets and no storage.

import * as Y from 'yjs'
import type { Message } from '../../../client-protocol/ts/frame.ts'
import { FRAME_BYTES_MAX, SYNC_BYTES_MAX } from '../../../client-protocol/ts/limits.ts'
import type { EditId, UnsavedEdits } from './unsaved-edits.ts'

/** Room for a message's type and length in front of an update. */
const ENVELOPE_BYTES_MAX = 8

/** A gap in what the server sent is asked for at most this often. */
export const RESYNC_MS_MIN = 2_000

/** Origin of changes that came from the server. */
export const fromServer = Symbol('from the server')

export interface ExchangeEvents {
  send(message: Message): void
  now(): number
  /** See `Environment.report`. */
  report(error: unknown): void
  /** The server's content is merged. `received` counts the things others changed. */
  onMerged(received: number): void
  /** These edits are durable. `settled`: the own step 2 is durable too, so both sides have everything. */
  onDurable(edits: readonly EditId[], settled: boolean): void
  /** An edit is too big for any frame; it stays on this device. */
  onTooBig(): void
}

/** A sync frame on its way to the disk of the server. */
interface SentFrame {
  readonly frame: number
  readonly edits: readonly EditId[]
  /** For a step 2: what the server has once this frame is durable. */
  readonly state: Uint8Array | null
}

/** See the head of this file. */
export class Exchange {
  readonly #document: Y.Doc
  readonly #edits: UnsavedEdits
  readonly #events: ExchangeEvents
  /** What the server had when it last said so. */
  #serverState: Uint8Array | null = null
  #merged = false
  #mayWrite = true
  /** The number of the first own step 2; 0 before it left. */
  #firstStep2 = 0
  /** A step 2 could not hold everything: parts of the local copy wait for content this device has not seen. */
  #owesStep2 = false
  /** Something waits that no frame can hold. */
  #isTooBig = false
  /** Sync frames sent on this connection, as the server counts them. */
  #frames = 0
  #unacknowledged: SentFrame[] = []
  /** When the last own step 1 left; null before `begin`. */
  #askedAt: number | null = null

  constructor(document: Y.Doc, edits: UnsavedEdits, events: ExchangeEvents) {
    this.#document = document
    this.#edits = edits
    this.#events = events
  }

  get merged(): boolean {
    return this.#merged
  }

  /** Says what this device has. Called once the local copy is loaded, so that only the rest comes. */
  begin(): void {
    this.#askedAt = this.#events.now()
    this.#events.send({ type: 'step1', state_vector: Y.encodeStateVector(this.#document) })
  }

  /** Readers may look and not write; a right that is given later sends what has gathered. */
  allowWriting(mayWrite: boolean): void {
    this.#mayWrite = mayWrite
    if (mayWrite && this.#merged && this.#firstStep2 === 0) this.#sendStep2()
  }

  /** The server says what it has. Before the merge the answer waits for it; later it goes at once. */
  receiveStep1(stateVector: Uint8Array): void {
    this.#serverState = stateVector.slice()
    if (this.#merged) this.#sendStep2()
  }

  /** The server's step 2 or a live update. Throws when Yjs cannot read it. */
  receiveUpdate(update: Uint8Array, isStep2: boolean): void {
    let received = 0
    this.#document.once('afterTransaction', (transaction: Y.Transaction) => {
      received = countChanges(transaction)
    })
    try {
      Y.applyUpdate(this.#document, update, fromServer)
    } catch (error) {
      // An observer of the app that throws has not kept the update from being applied.
      if (!isReadable(update)) throw error
      this.#events.report(error)
    }
    this.#askForGap()
    if (isStep2 && !this.#merged) {
      this.#merged = true
      this.#events.onMerged(received)
      this.#sendStep2()
    } else if (this.#owesStep2 && !hasPending(this.#document)) {
      this.#sendStep2()
    }
  }

  /** Whether an edit goes out at once; otherwise a later step 2 holds it. */
  get takesEdits(): boolean {
    return this.#firstStep2 > 0 && this.#mayWrite
  }

  sendEdit(id: EditId, update: Uint8Array): void {
    if (!this.takesEdits) return
    // Nothing after it can be placed without it; but an undo makes it small again.
    if (this.#isTooBig) {
      this.#sendStep2()
      return
    }
    // Only a step 2 may be bigger than an ordinary frame, and an update is a step 2 for whoever has what it builds on.
    const isBig = update.length > FRAME_BYTES_MAX - ENVELOPE_BYTES_MAX
    this.#sendSync(isBig ? 'step2' : 'update', update, [id], null)
  }

  /**
   * Sends what no frame of this connection holds: edits of a tab that was closed before its own connection could
   * bring them up.
   */
  adoptOrphans(madeBefore: number): void {
    if (!this.takesEdits || this.#owesStep2 || this.#isTooBig) return
    const held = new Set(this.#unacknowledged.flatMap(({ edits }) => edits))
    if (this.#edits.all().some(({ id, madeAt }) => madeAt < madeBefore && !held.has(id))) this.#sendStep2()
  }

  /** The first `frames` sync frames are durable. */
  acknowledge(frames: number): void {
    // What a reader sends is not counted by the server, so its count and this one may have parted.
    if (!this.#mayWrite) return
    // An acknowledgement of what was never sent is a fault of the server, and no reason to believe it.
    if (frames > this.#frames) return
    const done = this.#unacknowledged.filter(({ frame }) => frame <= frames)
    if (done.length === 0) return
    this.#unacknowledged = this.#unacknowledged.filter(({ frame }) => frame > frames)
    // A later step 2 builds on it and stays small.
    this.#serverState = done.findLast(({ state }) => state !== null)?.state ?? this.#serverState
    const settled = done.some(({ frame }) => frame === this.#firstStep2)
    this.#events.onDurable(this.#edits.remove(done.flatMap(({ edits }) => edits)), settled)
  }

  /** Everything the server may lack. It holds all waiting edits, deletions included. */
  #sendStep2(): void {
    if (this.#serverState === null || !this.#mayWrite) return
    this.#owesStep2 = hasPending(this.#document)
    const edits = this.#owesStep2 ? [] : this.#edits.all().map(({ id }) => id)
    const state = Y.encodeStateVector(this.#document)
    this.#sendSync('step2', encodeIntegrated(this.#document, this.#serverState), edits, state)
  }

  #sendSync(type: 'step2' | 'update', update: Uint8Array, edits: readonly EditId[], state: Uint8Array | null): void {
    this.#isTooBig = update.length > SYNC_BYTES_MAX - ENVELOPE_BYTES_MAX
    if (this.#isTooBig) {
      this.#events.onTooBig()
      return
    }
    this.#frames += 1
    if (state !== null && this.#firstStep2 === 0) this.#firstStep2 = this.#frames
    this.#unacknowledged.push({ frame: this.#frames, edits, state })
    this.#events.send({ type, update })
  }

  #askForGap(): void {
    if (this.#askedAt === null || !hasPending(this.#document)) return
    if (this.#events.now() >= this.#askedAt + RESYNC_MS_MIN) this.begin()
  }
}

/** Whether parts of the document wait for content that has not come. */
export function hasPending(document: Y.Doc): boolean {
  return document.store.pendingStructs !== null || document.store.pendingDs !== null
}

/**
 * Encodes what a peer lacks, without the parts that wait for content this device has not seen: `encodeStateAsUpdate`
 * adds those, and a server that refuses gaps would refuse the whole step 2, at every attempt.
 */
function encodeIntegrated(document: Y.Doc, stateVector: Uint8Array): Uint8Array {
  const { pendingStructs, pendingDs } = document.store
  document.store.pendingStructs = null
  document.store.pendingDs = null
  try {
    return Y.encodeStateAsUpdate(document, stateVector)
  } finally {
    document.store.pendingStructs = pendingStructs
    document.store.pendingDs = pendingDs
  }
}

function isReadable(update: Uint8Array): boolean {
  try {
    Y.decodeUpdate(update)
    return true
  } catch {
    return false
  }
}

/** Counts things a person would count: entries of a root map one by one, and each nested type once. */
function countChanges(transaction: Y.Transaction): number {
  let count = 0
  for (const [type, keys] of transaction.changed) count += type._item === null ? keys.size : 1
  return count
}
