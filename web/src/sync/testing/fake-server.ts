// A server in memory that speaks the wire as the real one does, and misbehaves on demand.

import * as Y from 'yjs'
import { type Message, parseFrame, type Role, writeMessage } from '../../../../client-protocol/ts/frame.ts'
import type { RawSocket, SocketEvents } from '../environment.ts'

/** One document, its log position, and its sockets. */
export class FakeServer {
  document = new Y.Doc()
  position = 0
  role: Role = 'editor'
  /** Whether sockets open. */
  isUp = true
  /** Whether frames are acknowledged as soon as they are applied. */
  acknowledges = true
  /** What a plain GET answers. */
  answer: () => Promise<Response> = () => Promise.reject(new Error('down'))
  readonly sockets: FakeSocket[] = []

  accept(url: string, protocol: string, events: SocketEvents): FakeSocket {
    const socket = new FakeSocket(this, url, protocol, events)
    this.sockets.push(socket)
    return socket
  }

  fetch(_url: string): Promise<Response> {
    return this.answer()
  }

  get last(): FakeSocket {
    const socket = this.sockets.at(-1)
    if (socket === undefined) throw new Error('nobody has connected')
    return socket
  }

  /** An edit of somebody who is not in the test. */
  edit(change: (document: Y.Doc) => void): void {
    const before = Y.encodeStateVector(this.document)
    change(this.document)
    const update = Y.encodeStateAsUpdate(this.document, before)
    for (const socket of this.sockets) socket.say({ type: 'update', update })
  }
}

/** The server's end of one socket. */
export class FakeSocket implements RawSocket {
  readonly url: string
  readonly protocol: string
  readonly received: Message[] = []
  /** Sync frames so far. */
  frames = 0
  isOpen = false
  /** A dead network: nothing arrives, and nobody is told. */
  isDead = false
  readonly #server: FakeServer
  readonly #events: SocketEvents

  constructor(server: FakeServer, url: string, protocol: string, events: SocketEvents) {
    this.#server = server
    this.#events = events
    this.url = url
    this.protocol = protocol
    queueMicrotask(() => this.#open())
  }

  /** Updates and step 2s, as they came. */
  get updates(): Uint8Array[] {
    return this.received.flatMap((message) =>
      message.type === 'update' || message.type === 'step2' ? [message.update] : [],
    )
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (!this.isOpen || this.isDead) return
    const parsed = parseFrame(bytes)
    if (parsed.kind === 'malformed') throw new Error(parsed.reason)
    for (const message of parsed.messages) if (message.type !== 'unknown') this.#receive(message)
  }

  close(): void {
    this.isOpen = false
  }

  /** The server or the network ends it. */
  end(code: number, reason = ''): void {
    this.isOpen = false
    this.#events.onClose(code, reason)
  }

  /** Says something to the client. */
  say(message: Message): void {
    this.deliver(writeMessage(message))
  }

  deliver(bytes: Uint8Array): void {
    if (this.isOpen && !this.isDead) this.#events.onMessage(bytes.slice().buffer)
  }

  acknowledge(frames = this.frames): void {
    this.#server.position += 1
    this.say({ type: 'ack', frames, position: this.#server.position })
  }

  #open(): void {
    if (!this.#server.isUp) {
      this.#events.onClose(1006, '')
      return
    }
    this.isOpen = true
    this.#events.onOpen()
    this.say({ type: 'welcome', role: this.#server.role, session: 'ses_1' })
    this.say({ type: 'step1', state_vector: Y.encodeStateVector(this.#server.document) })
  }

  #receive(message: Message): void {
    this.received.push(message)
    switch (message.type) {
      case 'step1':
        this.say({ type: 'step2', update: Y.encodeStateAsUpdate(this.#server.document, message.state_vector) })
        break
      case 'step2':
      case 'update':
        this.frames += 1
        Y.applyUpdate(this.#server.document, message.update)
        for (const other of this.#server.sockets) {
          if (other !== this) other.say({ type: 'update', update: message.update })
        }
        if (this.#server.acknowledges) this.acknowledge()
        break
      case 'awareness':
        for (const other of this.#server.sockets) if (other !== this) other.say(message)
        break
      default:
    }
  }
}
