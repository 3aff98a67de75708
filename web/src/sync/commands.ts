// Commands: what a merge cannot decide (a sprint's start, a full column) is asked of the server, and answered once.
// Promises: every command ends with an outcome; one whose answer was lost with its connection is asked again under the
// same key, which the server does not do twice. Nothing waits for a network that is not there. Knows no sockets.

import type { Message } from '../../../client-protocol/ts/frame.ts'
import type { Environment } from './environment.ts'

/** What the server answered, or why it could not be asked. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly detail: string }

/** How long an answer may take, reconnecting included. */
export const ANSWER_MS_MAX = 15_000

const OFFLINE: Outcome = { ok: false, code: 'offline', detail: 'The server cannot be asked now.' }

interface Waiting {
  readonly message: Message
  readonly settle: (outcome: Outcome) => void
}

export class Commands {
  readonly #environment: Environment
  readonly #send: (message: Message) => void
  readonly #waiting = new Map<string, Waiting>()
  readonly #name: string
  #count = 0
  #isOpen = false

  constructor(environment: Environment, send: (message: Message) => void) {
    this.#environment = environment
    this.#send = send
    this.#name = Math.floor(environment.random() * Number.MAX_SAFE_INTEGER).toString(36)
  }

  ask(command: unknown): Promise<Outcome> {
    if (!this.#isOpen) return Promise.resolve(OFFLINE)
    this.#count += 1
    const key = `${this.#name}-${this.#count}`
    const message: Message = { type: 'command', key, json: JSON.stringify(command) }
    return new Promise((resolve) => {
      const stop = this.#environment.after(ANSWER_MS_MAX, () => this.#settle(key, OFFLINE))
      const settle = (outcome: Outcome): void => {
        stop()
        resolve(outcome)
      }
      this.#waiting.set(key, { message, settle })
      this.#send(message)
    })
  }

  /** A connection has merged: what is still unanswered is asked again. */
  opened(): void {
    this.#isOpen = true
    for (const { message } of this.#waiting.values()) this.#send(message)
  }

  /** The connection is gone; answers may still come over the next one. */
  ended(): void {
    this.#isOpen = false
  }

  answered(key: string, isOk: boolean, json: string): void {
    this.#settle(key, parse(isOk, json))
  }

  /** The document is closed: nobody will answer any more. */
  stop(): void {
    for (const key of [...this.#waiting.keys()]) this.#settle(key, OFFLINE)
  }

  #settle(key: string, outcome: Outcome): void {
    const waiting = this.#waiting.get(key)
    this.#waiting.delete(key)
    waiting?.settle(outcome)
  }
}

function parse(isOk: boolean, json: string): Outcome {
  let value: unknown = null
  try {
    value = JSON.parse(json)
  } catch {
    return { ok: false, code: 'malformed', detail: 'The answer cannot be read.' }
  }
  if (isOk) return { ok: true, value }
  const { code, detail } = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  return { ok: false, code: String(code ?? 'refused'), detail: String(detail ?? '') }
}
