// One open document: the composition of the parts in this folder, each of which knows only its own subject.
// Promises: a local edit is written to this device before it is sent; the status never says saved without a durable
// acknowledgement; what could not be sent is kept and merged later, once.
// Start at `#onUpdate` for the life of an edit and at `#receive` for what comes from the server.

import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { CloseCode } from '../../../client-protocol/ts/close-code.ts'
import type { Message, Role } from '../../../client-protocol/ts/frame.ts'
import { Commands, type Outcome } from './commands.ts'
import { browserEnvironment, type Dispose, type Environment } from './environment.ts'
import { Exchange, fromServer } from './exchange.ts'
import type { DocumentSession, MergeSummary, OpenOptions } from './interface.ts'
import { applyKept, fromStore } from './kept-updates.ts'
import { Listeners } from './listeners.ts'
import { OfflineStore } from './offline-store.ts'
import { Presence } from './presence.ts'
import type { Link, SaveFacts, SaveStatus } from './save-status.ts'
import type { Ending } from './socket.ts'
import { StatusBoard } from './status-board.ts'
import { fromTab, TabExchange } from './tab-exchange.ts'
import { touchedBy } from './touched.ts'
import { type EditId, type UnsavedEdit, UnsavedEdits } from './unsaved-edits.ts'
import { Uplink } from './uplink.ts'

/** Opens a document. Returns at once: the local copy and the server come in their own time. */
export function openDocument(options: OpenOptions): DocumentSession {
  return new Session(options, { ...browserEnvironment(), ...options.environment })
}

class Session implements DocumentSession {
  readonly document = new Y.Doc()
  readonly awareness = new Awareness(this.document)
  readonly whenLoaded: Promise<void>

  readonly #environment: Environment
  readonly #edits = new UnsavedEdits()
  readonly #store: OfflineStore
  readonly #tabs: TabExchange
  readonly #presence: Presence
  readonly #uplink: Uplink
  readonly #status: StatusBoard
  readonly #commands: Commands
  readonly #onMerged = new Listeners<MergeSummary>()
  readonly #onRole = new Listeners<Role>()
  readonly #openedAt: number
  readonly #loading: Promise<void>
  #resolveLoaded: () => void = () => {}
  readonly #stopFlushing: Dispose
  #isDestroyed = false

  /** The conversation on the open connection. */
  #exchange: Exchange | null = null
  #role: Role | null = null
  #isCopyRead = false
  #hasLocalCopy = false
  #hasSynced = false
  /** Whether there will be something to tell once both sides have everything, and what came in by then. */
  #wasOffline = false
  #received = 0
  #savedAt: number | null = null
  #storageTrouble: string | null = null
  /** Why the server did not take an edit that is still here. */
  #refusal: string | null = null

  constructor(options: OpenOptions, environment: Environment) {
    this.#environment = environment
    this.#openedAt = environment.now()
    this.#status = new StatusBoard(environment, () => this.#facts())
    this.whenLoaded = new Promise((resolve) => {
      this.#resolveLoaded = resolve
    })
    this.#store = new OfflineStore(options.id, environment, this.#copy(), () => this.#refresh())
    this.#tabs = new TabExchange(options.id, this.document, this.#edits, environment, {
      exchange: () => this.#exchange,
      onPresence: (update) => this.#presence.receive(update),
      onPresenceAsked: () => this.#presence.answer(),
      onEdits: (areDurable) => this.#editsChanged(areDurable),
    })
    this.#presence = new Presence(this.awareness, environment, (update) => {
      this.#uplink.send({ type: 'awareness', update })
      this.#tabs.tellPresence(update)
    })
    this.#uplink = new Uplink(options, environment, {
      onOpen: () => this.#open(),
      onMessage: (message) => this.#receive(message),
      onEnd: (ending) => this.#ended(ending),
      onState: () => this.#refresh(),
    })
    this.#commands = new Commands(environment, (message) => this.#uplink.send(message))
    this.document.on('update', (update: Uint8Array, origin: unknown, _document: Y.Doc, transaction: Y.Transaction) =>
      this.#onUpdate(update, origin, transaction),
    )
    this.#stopFlushing = environment.page.on('leaving', () => this.#store.flush())
    this.#loading = this.#load()
    this.#uplink.start()
  }

  get role(): Role | null {
    return this.#role
  }

  synced(): boolean {
    return this.#hasSynced
  }

  status(): SaveStatus {
    return this.#status.current
  }

  onStatus(listener: (status: SaveStatus) => void): Dispose {
    return this.#status.onChange(listener)
  }

  onMerged(listener: (summary: MergeSummary) => void): Dispose {
    return this.#onMerged.add(listener)
  }

  onRole(listener: (role: Role) => void): Dispose {
    return this.#onRole.add(listener)
  }

  keepsLocalCopy(): boolean {
    return this.#store.works
  }

  retryNow(): void {
    this.#uplink.retryNow()
  }

  command(command: unknown): Promise<Outcome> {
    return this.#commands.ask(command)
  }

  unsaved(): readonly UnsavedEdit[] {
    return this.#edits.all()
  }

  exportUnsynced(): Uint8Array {
    return Y.encodeStateAsUpdate(this.document)
  }

  async destroy(): Promise<void> {
    if (this.#isDestroyed) return
    this.#presence.destroy()
    this.#isDestroyed = true
    this.#uplink.stop()
    this.#commands.stop()
    this.#status.stop()
    this.#tabs.close()
    this.#stopFlushing()
    for (const listeners of [this.#onMerged, this.#onRole]) listeners.clear()
    await this.#loading
    await this.#store.close()
    this.awareness.destroy()
    this.document.destroy()
  }

  async #load(): Promise<void> {
    const loaded = await this.#store.load()
    if (this.#isDestroyed) return
    applyKept(this.document, loaded.updates, fromStore)
    for (const edit of loaded.edits) this.#edits.add(edit)
    this.#isCopyRead = true
    this.#hasLocalCopy = loaded.updates.length > 0
    if (loaded.edits.length > 0) this.#wasOffline = true
    if (this.#hasLocalCopy) this.#resolveLoaded()
    this.#tabs.begin()
    this.#exchange?.begin()
    this.#refresh()
  }

  /** The life of an edit begins here: kept on this device, told to the other tabs, sent. */
  #onUpdate(update: Uint8Array, origin: unknown, transaction: Y.Transaction): void {
    if (origin === fromStore || origin === fromTab || this.#isDestroyed) return
    if (origin === fromServer) {
      this.#store.keepUpdate(update)
      return
    }
    const edit = this.#tabs.newEdit(touchedBy(transaction))
    this.#edits.add(edit)
    this.#store.keepEdit(edit, update)
    this.#tabs.tellEdit(edit, update)
    this.#exchange?.sendEdit(edit.id, update)
    this.#refresh()
  }

  #open(): void {
    this.#exchange = new Exchange(this.document, this.#edits, {
      send: (message) => this.#uplink.send(message),
      now: () => this.#environment.now(),
      report: (error) => this.#environment.report(error),
      onMerged: (received) => this.#mergedWithServer(received),
      onDurable: (edits, isSettled) => this.#durable(edits, isSettled),
      onTooBig: () => this.#refuse('too big to be sent'),
    })
    if (this.#isCopyRead) this.#exchange.begin()
    this.#presence.connected()
  }

  #receive(message: Message): void {
    switch (message.type) {
      case 'step1':
        this.#exchange?.receiveStep1(message.state_vector)
        break
      case 'step2':
      case 'update':
        this.#receiveUpdate(message.update, message.type === 'step2')
        break
      case 'awareness':
        this.#presence.receive(message.update)
        break
      case 'query_awareness':
        this.#presence.answer()
        break
      case 'ack':
        this.#exchange?.acknowledge(message.frames)
        break
      case 'welcome':
        this.#welcome(message.role)
        break
      case 'drain':
        this.#uplink.drain(message.delay_ms)
        break
      case 'storage':
        this.#storageTrouble = message.ok ? null : message.reason
        this.#refresh()
        break
      case 'outcome':
        this.#commands.answered(message.key, message.ok, message.json)
        break
      case 'refused':
        this.#refusedFrame(message.code, message.reason)
        break
      case 'command':
        // Only a server answers commands.
        break
      default:
        message satisfies never
    }
  }

  #refusedFrame(code: number, reason: string): void {
    // The right to write is gone, the right to look is not: the connection stays.
    if (code === CloseCode.forbidden) this.#welcome('viewer')
    // Any other refusal ends here, so that no later acknowledgement covers the refused frame.
    else this.#uplink.end({ kind: 'closed', code, reason })
  }

  #receiveUpdate(update: Uint8Array, isStep2: boolean): void {
    try {
      this.#exchange?.receiveUpdate(update, isStep2)
    } catch (error) {
      this.#uplink.end({ kind: 'malformed', reason: String(error) })
    }
  }

  #welcome(role: Role): void {
    this.#exchange?.allowWriting(role === 'editor')
    if (role === this.#role) return
    this.#role = role
    this.#onRole.tell(role)
    this.#refresh()
  }

  #mergedWithServer(received: number): void {
    this.#hasSynced = true
    this.#received += received
    this.#resolveLoaded()
    this.#commands.opened()
    this.#refresh()
    if (this.#role === 'viewer') this.#tellMerged(0)
  }

  #durable(edits: readonly EditId[], isSettled: boolean): void {
    if (edits.length > 0) {
      this.#savedAt = this.#environment.now()
      this.#refusal = null
      this.#store.forget(edits)
      this.#tabs.tellDurable(edits)
    }
    this.#refresh()
    if (isSettled) this.#tellMerged(edits.length)
  }

  #tellMerged(sent: number): void {
    const summary = { sent, received: this.#received }
    const isNews = this.#wasOffline && summary.sent + summary.received > 0
    this.#wasOffline = false
    this.#received = 0
    if (isNews) this.#onMerged.tell(summary)
  }

  #ended(ending: Ending): void {
    if (this.#exchange !== null) this.#presence.disconnected()
    this.#exchange = null
    this.#commands.ended()
    this.#storageTrouble = null
    // The first sync of a document that was never here is no return.
    if (this.#hasSynced || this.#hasLocalCopy) this.#wasOffline = true
    if (ending.kind !== 'closed' || this.#edits.count === 0) return
    if (ending.code === CloseCode.policy || ending.code === CloseCode.tooBig) {
      this.#refuse(ending.reason === '' ? 'refused by the server' : ending.reason)
    }
  }

  #refuse(reason: string): void {
    this.#refusal = reason
    this.#refresh()
  }

  #editsChanged(areDurable: boolean): void {
    if (areDurable) this.#savedAt = this.#environment.now()
    this.#refresh()
  }

  #copy() {
    return {
      apply: (updates: readonly Uint8Array[]) => applyKept(this.document, updates, fromStore),
      encode: () => Y.encodeStateAsUpdate(this.document),
      merge: (updates: readonly Uint8Array[]) => Y.mergeUpdates([...updates]),
      waiting: () => this.#edits.all(),
    }
  }

  #refresh(): void {
    if (!this.#isDestroyed) this.#status.refresh()
  }

  #facts(): SaveFacts {
    const count = this.#edits.count
    return {
      link: this.#link(count),
      openedAt: this.#openedAt,
      hasTried: this.#hasSynced || this.#uplink.hasFailed,
      hasLocalCopy: this.#hasLocalCopy || this.#hasSynced,
      count,
      waitingSince: this.#edits.waitingSince,
      savedAt: this.#savedAt,
      trouble: this.#storageTrouble ?? (count > 0 ? this.#refusal : null),
    }
  }

  #link(count: number): Link {
    const state = this.#uplink.state
    if (state.kind !== 'open') return state
    if (this.#exchange?.merged !== true) return { kind: 'connecting' }
    if (this.#role !== 'viewer' || count === 0) return { kind: 'synced' }
    // Edits made before the right to make them was taken away: they stay here, and no retry will bring them up.
    return { kind: 'final', code: CloseCode.forbidden, reason: 'This document can be viewed, not changed.' }
  }
}
