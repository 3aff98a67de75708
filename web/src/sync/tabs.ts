// Messages between the tabs of one browser on one document, without a network; `tab-exchange.ts` gives them meaning.
// They are parsed like anything else from outside: another tab may run another version of the app.

import type { Environment, RawChannel } from './environment.ts'
import type { EditId, UnsavedEdit } from './unsaved-edits.ts'

/** What one tab tells the others. */
export type TabMessage =
  /** A tab opened: it has this, and asks for the rest. Only a first hello asks for one in return. */
  | { readonly type: 'hello'; readonly state_vector: Uint8Array; readonly isFirst: boolean }
  /** What that tab lacks; for it alone, since it was computed for what it has. */
  | { readonly type: 'rest'; readonly to: string; readonly update: Uint8Array }
  /** A local edit. `isSent`: its own tab has put it on a connection. */
  | { readonly type: 'edit'; readonly edit: UnsavedEdit; readonly update: Uint8Array; readonly isSent: boolean }
  /** These edits are durable. */
  | { readonly type: 'durable'; readonly edits: readonly EditId[] }
  | { readonly type: 'presence'; readonly update: Uint8Array }

/** The other tabs. */
export class Tabs {
  /** Names this tab, also in the ids of its edits; new at every load of the page. */
  readonly id: string
  readonly #channel: RawChannel | null

  constructor(documentId: string, environment: Environment, receive: (message: TabMessage, from: string) => void) {
    this.id = `${environment.now().toString(36)}${Math.floor(environment.random() * 2 ** 40).toString(36)}`
    this.#channel = environment.openChannel(`calit/${documentId}`, (data) => {
      const parsed = parse(data)
      if (parsed === null || parsed.from === this.id) return
      if (parsed.message.type === 'rest' && parsed.message.to !== this.id) return
      receive(parsed.message, parsed.from)
    })
  }

  post(message: TabMessage): void {
    this.#channel?.post({ from: this.id, message })
  }

  close(): void {
    this.#channel?.close()
  }
}

function parse(data: unknown): { from: string; message: TabMessage } | null {
  if (!isRecord(data)) return null
  const { from, message } = data
  if (typeof from !== 'string' || !isRecord(message)) return null
  const parsed = parseMessage(message)
  return parsed === null ? null : { from, message: parsed }
}

function parseMessage(data: Record<string, unknown>): TabMessage | null {
  const { type, state_vector, isFirst, to, update, edit, isSent, edits } = data
  switch (type) {
    case 'hello':
      if (!(state_vector instanceof Uint8Array) || typeof isFirst !== 'boolean') return null
      return { type, state_vector, isFirst }
    case 'rest':
      if (!(update instanceof Uint8Array) || typeof to !== 'string') return null
      return { type, to, update }
    case 'edit':
      if (!(update instanceof Uint8Array) || typeof isSent !== 'boolean' || !isUnsavedEdit(edit)) return null
      return { type, edit, update, isSent }
    case 'durable':
      if (!Array.isArray(edits) || !edits.every((id) => typeof id === 'string')) return null
      return { type, edits }
    case 'presence':
      return update instanceof Uint8Array ? { type, update } : null
    default:
      return null
  }
}

function isUnsavedEdit(value: unknown): value is UnsavedEdit {
  if (!isRecord(value)) return false
  const { id, madeAt, touched } = value
  return typeof id === 'string' && typeof madeAt === 'number' && (touched === undefined || isPaths(touched))
}

function isPaths(value: unknown): boolean {
  const isPath = (path: unknown): boolean => Array.isArray(path) && path.every((name) => typeof name === 'string')
  return Array.isArray(value) && value.every(isPath)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
