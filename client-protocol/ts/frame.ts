// Frames of the wire, the twin of `src/frame.rs`: bytes to messages and back.
// Promises: total (every input gives an answer, nothing throws), bounded (declared lengths are compared with the
// bytes at hand before anything is made of them), exact (what `writeMessage` writes, `parseFrame` reads).
// Knows nothing of Yjs: updates, state vectors and awareness are opaque bytes here.
// Start at `Message`; `fixtures/frames.json` has one golden frame per kind.

import { MESSAGES_PER_FRAME_MAX, NUMBER_MAX, SERVER_FRAME_BYTES_MAX } from './limits.ts'

/** What a person may do in the document they opened. */
export type Role = 'viewer' | 'editor'

/** One message of the wire. */
export type Message =
  /** Says what the sender has, and so asks for the rest. */
  | { readonly type: 'step1'; readonly state_vector: Uint8Array }
  /** The answer to a step 1: what its sender lacks. Counts as a sync frame. */
  | { readonly type: 'step2'; readonly update: Uint8Array }
  /** One live change. Counts as a sync frame. */
  | { readonly type: 'update'; readonly update: Uint8Array }
  /** Presence of one or more clients; without entries it is the keep-alive. */
  | { readonly type: 'awareness'; readonly update: Uint8Array }
  /** Asks for the presence of everybody. */
  | { readonly type: 'query_awareness' }
  /** The first `frames` sync frames of this connection are durable; `position` is the document's log position. */
  | { readonly type: 'ack'; readonly frames: number; readonly position: number }
  /** The first message of a connection. */
  | { readonly type: 'welcome'; readonly role: Role; readonly session: string }
  /** The server goes away: come back this long after the close. */
  | { readonly type: 'drain'; readonly delay_ms: number }
  /** Whether the server can write at the moment. */
  | { readonly type: 'storage'; readonly ok: boolean; readonly reason: string }
  /** A frame of this connection was refused; `code` is a close code. */
  | { readonly type: 'refused'; readonly code: number; readonly reason: string }
  /** Asks the server for what a merge cannot decide; the same key is done once. */
  | { readonly type: 'command'; readonly key: string; readonly json: string }
  /** What became of a command; without `ok` the JSON says why not. */
  | { readonly type: 'outcome'; readonly key: string; readonly ok: boolean; readonly json: string }

/** A type this side does not know. The rest of its frame cannot be read, since no length is known. */
export type UnknownMessage = { readonly type: 'unknown'; readonly number: number }

/** What a frame turned out to be. */
export type ParsedFrame =
  | { readonly kind: 'messages'; readonly messages: readonly (Message | UnknownMessage)[] }
  | { readonly kind: 'malformed'; readonly reason: string }

const Type = {
  sync: 0,
  awareness: 1,
  queryAwareness: 3,
  ack: 100,
  welcome: 101,
  drain: 103,
  storage: 104,
  refused: 105,
  command: 106,
  outcome: 107,
} as const

const Sync = { step1: 0, step2: 1, update: 2 } as const

const textEncoder = new TextEncoder()
const textDecoder = new TextDecoder('utf-8', { fatal: true })

/** Reads a frame: whatever a socket delivered. Byte fields are views of the input, not copies. */
export function parseFrame(input: unknown): ParsedFrame {
  const bytes = asBytes(input)
  if (bytes === null) return malformed('a frame is binary')
  if (bytes.length === 0) return malformed('a frame holds at least one message')
  if (bytes.length > SERVER_FRAME_BYTES_MAX) return malformed('the frame is too big')

  const reader = new Reader(bytes)
  const messages: (Message | UnknownMessage)[] = []
  while (!reader.atEnd()) {
    if (messages.length === MESSAGES_PER_FRAME_MAX) return malformed('too many messages in one frame')
    const message = readMessage(reader)
    if (typeof message === 'string') return malformed(message)
    messages.push(message)
    if (message.type === 'unknown') break
  }
  return { kind: 'messages', messages }
}

/** Writes one message as a frame of its own. */
export function writeMessage(message: Message): Uint8Array<ArrayBuffer> {
  switch (message.type) {
    case 'step1':
      return frame(Type.sync, Sync.step1, message.state_vector)
    case 'step2':
      return frame(Type.sync, Sync.step2, message.update)
    case 'update':
      return frame(Type.sync, Sync.update, message.update)
    case 'awareness':
      return frame(Type.awareness, message.update)
    case 'query_awareness':
      return frame(Type.queryAwareness)
    case 'ack':
      return frame(Type.ack, message.frames, message.position)
    case 'welcome':
      return frame(Type.welcome, message.role === 'editor' ? 1 : 0, message.session)
    case 'drain':
      return frame(Type.drain, message.delay_ms)
    case 'storage':
      return frame(Type.storage, message.ok ? 1 : 0, message.reason)
    case 'refused':
      return frame(Type.refused, message.code, message.reason)
    case 'command':
      return frame(Type.command, message.key, message.json)
    case 'outcome':
      return frame(Type.outcome, message.key, message.ok ? 1 : 0, message.json)
    default:
      return message satisfies never
  }
}

/** A message, or the reason why there is none. */
function readMessage(reader: Reader): Message | UnknownMessage | string {
  const number = reader.number()
  let message: Message | UnknownMessage | string
  switch (number) {
    case Type.sync:
      message = readSync(reader)
      break
    case Type.awareness:
      message = { type: 'awareness', update: reader.bytes() }
      break
    case Type.queryAwareness:
      message = { type: 'query_awareness' }
      break
    case Type.ack:
      message = { type: 'ack', frames: reader.number(), position: reader.number() }
      break
    case Type.welcome:
      message = readWelcome(reader)
      break
    case Type.drain:
      message = { type: 'drain', delay_ms: reader.number() }
      break
    case Type.storage:
      message = readStorage(reader)
      break
    case Type.refused:
      message = { type: 'refused', code: reader.number(), reason: reader.string() }
      break
    case Type.command:
      message = { type: 'command', key: reader.string(), json: reader.string() }
      break
    case Type.outcome:
      message = readOutcome(reader)
      break
    default:
      message = { type: 'unknown', number }
  }
  return reader.failure ?? message
}

function readSync(reader: Reader): Message | string {
  const kind = reader.number()
  switch (kind) {
    case Sync.step1:
      return { type: 'step1', state_vector: reader.bytes() }
    case Sync.step2:
      return { type: 'step2', update: reader.bytes() }
    case Sync.update:
      return { type: 'update', update: reader.bytes() }
    default:
      return `there is no sync message ${kind}`
  }
}

function readWelcome(reader: Reader): Message | string {
  const role = reader.number()
  const session = reader.string()
  if (role > 1) return `there is no role ${role}`
  return { type: 'welcome', role: role === 1 ? 'editor' : 'viewer', session }
}

function readStorage(reader: Reader): Message | string {
  const ok = reader.number()
  const reason = reader.string()
  if (ok > 1) return `storage is 0 or 1, not ${ok}`
  return { type: 'storage', ok: ok === 1, reason }
}

function readOutcome(reader: Reader): Message | string {
  const key = reader.string()
  const ok = reader.number()
  const json = reader.string()
  if (ok > 1) return `ok is 0 or 1, not ${ok}`
  return { type: 'outcome', key, ok: ok === 1, json }
}

/**
 * Walks bytes once. The first failure sticks: every later read gives an empty value, so that callers read a whole
 * message and ask once.
 */
class Reader {
  failure: string | null = null
  readonly #input: Uint8Array
  #at = 0

  constructor(input: Uint8Array) {
    this.#input = input
  }

  atEnd(): boolean {
    return this.#at >= this.#input.length
  }

  /** LEB128, 53 bits at most. Multiplies instead of shifting, since shifts end at 32 bits. */
  number(): number {
    let value = 0
    let scale = 1
    while (this.failure === null) {
      const byte = this.#input[this.#at]
      if (byte === undefined) return this.#fail('the frame ends inside a number')
      this.#at += 1
      value += (byte & 0x7f) * scale
      if (value > NUMBER_MAX) return this.#fail('a number is wider than 53 bits')
      if (byte < 0x80) return value
      scale *= 128
      if (scale > NUMBER_MAX) return this.#fail('a number is longer than eight bytes')
    }
    return 0
  }

  bytes(): Uint8Array {
    const length = this.number()
    if (length > this.#input.length - this.#at) this.#fail('the frame ends inside its payload')
    if (this.failure !== null) return new Uint8Array()
    const start = this.#at
    this.#at += length
    return this.#input.subarray(start, this.#at)
  }

  string(): string {
    const bytes = this.bytes()
    try {
      return textDecoder.decode(bytes)
    } catch {
      this.#fail('a string is not UTF-8')
      return ''
    }
  }

  #fail(reason: string): 0 {
    this.failure ??= reason
    return 0
  }
}

function frame(...fields: readonly (number | string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const parts = fields.map((field) => (typeof field === 'string' ? textEncoder.encode(field) : field))
  const size = parts.reduce<number>(
    (sum, part) => sum + (typeof part === 'number' ? numberSize(part) : numberSize(part.length) + part.length),
    0,
  )
  const output = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    at = writeNumber(output, at, typeof part === 'number' ? part : part.length)
    if (typeof part === 'number') continue
    output.set(part, at)
    at += part.length
  }
  return output
}

function writeNumber(output: Uint8Array, start: number, value: number): number {
  let at = start
  let rest = value
  while (rest > 0x7f) {
    output[at] = (rest % 128) | 0x80
    rest = Math.floor(rest / 128)
    at += 1
  }
  output[at] = rest
  return at + 1
}

function numberSize(value: number): number {
  let size = 1
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) size += 1
  return size
}

function asBytes(input: unknown): Uint8Array | null {
  if (input instanceof Uint8Array) return input
  return input instanceof ArrayBuffer ? new Uint8Array(input) : null
}

function malformed(reason: string): ParsedFrame {
  return { kind: 'malformed', reason }
}
