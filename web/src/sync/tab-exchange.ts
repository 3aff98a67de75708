// The conversation with the other tabs of this browser: they share edits, presence, and the work of sending.
// Promises: an edit that its own tab cannot send is sent by a tab that can; what one tab learns to be durable, all
// know. An edit is the responsibility of the tab it was made in, so nothing is sent twice without need.

import * as Y from 'yjs'
import type { Dispose, Environment } from './environment.ts'
import type { Exchange } from './exchange.ts'
import { applyKept } from './kept-updates.ts'
import { type TabMessage, Tabs } from './tabs.ts'
import type { EditId, Path, UnsavedEdit, UnsavedEdits } from './unsaved-edits.ts'

/** An edit of another tab that waits this long is taken over: its tab is gone, or its connection is. */
export const ADOPT_MS = 10_000

/** An edit whose tab has no connection is taken over after this; a burst of them goes as one. */
export const RELAY_MS = 500

/** Origin of changes that came from another tab. */
export const fromTab = Symbol('from another tab')

export interface TabExchangeEvents {
  /** The conversation with the server, if there is one. */
  exchange(): Exchange | null
  onPresence(update: Uint8Array): void
  /** Another tab wants to know who is here. */
  onPresenceAsked(): void
  /** Edits came or went; `areDurable` says that some are durable now. */
  onEdits(areDurable: boolean): void
}

/** See the head of this file. */
export class TabExchange {
  readonly #document: Y.Doc
  readonly #edits: UnsavedEdits
  readonly #environment: Environment
  readonly #events: TabExchangeEvents
  readonly #tabs: Tabs
  #editNumber = 0
  #stopAdopting: Dispose = () => {}
  #stopRelaying: Dispose | null = null

  constructor(
    documentId: string,
    document: Y.Doc,
    edits: UnsavedEdits,
    environment: Environment,
    events: TabExchangeEvents,
  ) {
    this.#document = document
    this.#edits = edits
    this.#environment = environment
    this.#events = events
    this.#tabs = new Tabs(documentId, environment, (message, from) => this.#receive(message, from))
    this.#adoptOrphans()
  }

  /** Names a new edit of this tab. */
  newEdit(touched: readonly Path[]): UnsavedEdit {
    this.#editNumber += 1
    return { id: `${this.#tabs.id}-${this.#editNumber}`, madeAt: this.#environment.now(), touched }
  }

  /** Asks the others for what they have. Called once the copy on this device is read. */
  begin(): void {
    this.#hello(true)
  }

  tellEdit(edit: UnsavedEdit, update: Uint8Array): void {
    this.#tabs.post({ type: 'edit', edit, update, isSent: this.#events.exchange()?.takesEdits ?? false })
  }

  tellDurable(edits: readonly EditId[]): void {
    this.#tabs.post({ type: 'durable', edits })
  }

  tellPresence(update: Uint8Array): void {
    this.#tabs.post({ type: 'presence', update })
  }

  close(): void {
    this.#stopAdopting()
    this.#stopRelaying?.()
    this.#tabs.close()
  }

  #receive(message: TabMessage, from: string): void {
    switch (message.type) {
      case 'hello':
        this.#answer(message.state_vector, message.isFirst, from)
        break
      case 'rest':
        applyKept(this.#document, [message.update], fromTab)
        break
      case 'edit':
        this.#edits.add(message.edit)
        applyKept(this.#document, [message.update], fromTab)
        if (!message.isSent) this.#relay()
        this.#events.onEdits(false)
        break
      case 'durable':
        this.#events.onEdits(this.#edits.remove(message.edits).length > 0)
        break
      case 'presence':
        this.#events.onPresence(message.update)
        break
      default:
        message satisfies never
    }
  }

  #hello(isFirst: boolean): void {
    this.#tabs.post({ type: 'hello', state_vector: Y.encodeStateVector(this.#document), isFirst })
  }

  #answer(stateVector: Uint8Array, isFirst: boolean, from: string): void {
    this.#tabs.post({ type: 'rest', to: from, update: Y.encodeStateAsUpdate(this.#document, stateVector) })
    if (!isFirst) return
    this.#hello(false)
    this.#events.onPresenceAsked()
  }

  /** Looks from time to time after edits whose tab went away with its connection. */
  #adoptOrphans(): void {
    this.#stopAdopting = this.#environment.after(ADOPT_MS, () => {
      this.#events.exchange()?.adoptOrphans(this.#environment.now() - ADOPT_MS)
      this.#adoptOrphans()
    })
  }

  /** Another tab has no connection: this one, if it has, sends for it. */
  #relay(): void {
    this.#stopRelaying ??= this.#environment.after(RELAY_MS, () => {
      this.#stopRelaying = null
      this.#events.exchange()?.adoptOrphans(Number.POSITIVE_INFINITY)
    })
  }
}
