// What the app sees of an open document.

import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import type { Role } from '../../../client-protocol/ts/frame.ts'
import type { Outcome } from './commands.ts'
import type { Dispose, Environment } from './environment.ts'
import type { SaveStatus } from './save-status.ts'
import type { UnsavedEdit } from './unsaved-edits.ts'
import type { Address } from './uplink.ts'

/** How a document is opened. */
export interface OpenOptions extends Address {
  /** Replaces parts of the browser's environment; for tests. */
  readonly environment?: Partial<Environment>
}

/** What a return from offline brought. */
export interface MergeSummary {
  /** Edits of this device that became durable by it. */
  readonly sent: number
  /** Things (cards, fields, texts) that others changed meanwhile. */
  readonly received: number
}

/** One open document: a live Y.Doc, its people, and the truth about saving. */
export interface DocumentSession {
  readonly document: Y.Doc
  readonly awareness: Awareness
  /** null until the server has said it once. */
  readonly role: Role | null
  /** Resolves when there is something to show: the copy on this device, or the first sync. */
  readonly whenLoaded: Promise<void>
  /** Whether the document has been merged with the server's at least once in this session. */
  synced(): boolean
  /** The same object until something changes. */
  status(): SaveStatus
  onStatus(listener: (status: SaveStatus) => void): Dispose
  /** After a time offline, once everything is merged and durable. */
  onMerged(listener: (summary: MergeSummary) => void): Dispose
  onRole(listener: (role: Role) => void): Dispose
  /** Whether this device keeps a copy; false when storage failed: warn before the page closes with unsaved edits. */
  keepsLocalCopy(): boolean
  /** Tries to connect now, also after a final refusal (such as a new sign-in). */
  retryNow(): void
  /**
   * Asks the server for what a merge cannot decide; edits made before go first. Never rejects: without a connection
   * the outcome is `offline`.
   */
  command(command: unknown): Promise<Outcome>
  /** The edits of this device without a durable acknowledgement, oldest first. */
  unsaved(): readonly UnsavedEdit[]
  /** Everything this device has of the document, unsynced edits included, as one Yjs update (v1). */
  exportUnsynced(): Uint8Array
  /** Says goodbye, writes what is left to this device and frees everything, the document too. */
  destroy(): Promise<void>
}
