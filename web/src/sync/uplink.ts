// The way to the server: one connection after the other, each replaced when it ends, as long as that can help.
// Promises: at most one connection at a time; nothing an earlier attempt still has to say (its parameters, its probe,
// its close) reaches a later one. Knows no Yjs: messages pass through.

import type { Message } from '../../../client-protocol/ts/frame.ts'
import type { Dispose, Environment } from './environment.ts'
import { probe } from './probe.ts'
import { planRetry, Retry } from './reconnect.ts'
import { type Connection, connect, type Ending } from './socket.ts'

/** A connection that lasted this long was a good one: the next failure starts the back-off anew. */
export const LASTING_MS = 10_000

/** A server in trouble is asked for its reasons at most this often. */
export const ASK_MS_MIN = 10_000

/** Where the document is, and how to ask for it. */
export interface Address {
  /** The sync address without the document, such as `wss://host/sync`. */
  readonly url: string
  readonly id: string
  /** Query parameters (a token, a guest's secret), asked for anew at each attempt. */
  readonly params?: () => Promise<Record<string, string>> | Record<string, string>
}

export type UplinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** `retryAt` is in ms since 1970. */
  | { readonly kind: 'waiting'; readonly retryAt: number; readonly reason: string | null }
  | { readonly kind: 'final'; readonly code: number; readonly reason: string }

export interface UplinkEvents {
  onOpen(): void
  onMessage(message: Message): void
  onEnd(ending: Ending): void
  onState(): void
}

/** See the head of this file. */
export class Uplink {
  readonly #address: Address
  readonly #environment: Environment
  readonly #events: UplinkEvents
  readonly #retry: Retry
  readonly #disposers: Dispose[]
  #state: UplinkState = { kind: 'connecting' }
  #connection: Connection | null = null
  /** Counts attempts, so that what an older one still has to say is recognised. */
  #attempts = 0
  /** Failures in a row. */
  #failures = 0
  #openedAt: number | null = null
  #drainDelayMs: number | null = null
  /** What the server, or the failure, said last. */
  #reason: string | null = null
  #askedAt = Number.NEGATIVE_INFINITY
  #isStopped = false

  constructor(address: Address, environment: Environment, events: UplinkEvents) {
    this.#address = address
    this.#environment = environment
    this.#events = events
    this.#retry = new Retry(environment, () => void this.#attempt())
    this.#disposers = (['shown', 'online'] as const).map((event) => environment.page.on(event, () => this.#wake()))
  }

  get state(): UplinkState {
    return this.#state
  }

  /** Whether an attempt has ended yet. */
  get hasFailed(): boolean {
    return this.#failures > 0
  }

  start(): void {
    void this.#attempt()
  }

  send(message: Message): void {
    this.#connection?.send(message)
  }

  /** Tries now, also after a final refusal. */
  retryNow(): void {
    this.#askedAt = Number.NEGATIVE_INFINITY
    if (this.#state.kind === 'final') void this.#attempt()
    else this.#retry.now()
  }

  /** The server announced that it goes away. */
  drain(delayMs: number): void {
    this.#drainDelayMs = delayMs
  }

  /** Ends the connection for a reason that was found in its messages. */
  end(ending: Ending): void {
    if (this.#connection === null) return
    this.#connection.close()
    this.#ended(ending)
  }

  stop(): void {
    this.#isStopped = true
    this.#attempts += 1
    this.#connection?.close()
    this.#connection = null
    this.#retry.cancel()
    for (const dispose of this.#disposers) dispose()
  }

  async #attempt(): Promise<void> {
    if (this.#isStopped) return
    this.#attempts += 1
    const attempt = this.#attempts
    this.#openedAt = null
    this.#drainDelayMs = null
    this.#become({ kind: 'connecting' })
    try {
      const url = await this.#url()
      if (attempt === this.#attempts) this.#connect(url)
    } catch (error) {
      // The parameters cannot be had (a token service is down), or the browser forbids the address.
      if (attempt === this.#attempts) this.#ended({ kind: 'unreachable' }, String(error))
    }
  }

  #connect(url: string): void {
    this.#connection = connect(url, this.#environment, {
      onOpen: () => {
        this.#openedAt = this.#environment.now()
        this.#reason = null
        this.#become({ kind: 'open' })
        this.#events.onOpen()
      },
      onMessage: (message) => this.#events.onMessage(message),
      onEnd: (ending) => {
        this.#ended(ending)
        if (ending.kind === 'unreachable') void this.#askWhy(url)
      },
    })
  }

  #ended(ending: Ending, detail: string | null = null): void {
    this.#connection = null
    const lasted = this.#openedAt !== null && this.#environment.now() >= this.#openedAt + LASTING_MS
    this.#failures = lasted ? 1 : this.#failures + 1
    const plan = planRetry(ending, {
      failures: this.#failures,
      drainDelayMs: this.#drainDelayMs,
      isHidden: this.#environment.page.isHidden(),
      random: this.#environment.random(),
    })
    this.#events.onEnd(ending)
    if (plan.kind === 'final') {
      this.#become(plan)
      return
    }
    this.#reason = detail ?? reasonOf(ending) ?? this.#reason
    const retryAt = this.#retry.wait(plan.delayMs, plan.atServersWish)
    this.#become({ kind: 'waiting', retryAt, reason: this.#reason })
  }

  /** Finds out why a socket did not open, while the next attempt is already planned. */
  async #askWhy(url: string): Promise<void> {
    if (this.#environment.now() < this.#askedAt + ASK_MS_MIN) return
    this.#askedAt = this.#environment.now()
    const answer = await probe(url, this.#environment)
    if (this.#isStopped || this.#state.kind === 'open' || this.#state.kind === 'final') return
    if (answer.kind === 'refused') {
      this.#attempts += 1
      this.#retry.cancel()
      this.#connection?.close()
      this.#connection = null
      this.#become({ kind: 'final', code: answer.code, reason: answer.reason })
      return
    }
    this.#reason = answer.reason
    if (this.#state.kind === 'waiting') this.#become({ ...this.#state, reason: answer.reason })
  }

  /** Somebody looks again, or the network is said to be back: a waiting attempt starts, a silent socket has to speak. */
  #wake(): void {
    this.#connection?.doubt()
    this.#retry.hint()
  }

  #become(state: UplinkState): void {
    this.#state = state
    this.#events.onState()
  }

  async #url(): Promise<string> {
    const { url, id, params } = this.#address
    const query = new URLSearchParams(await params?.()).toString()
    // Slashes stay: in development any path is a document's name.
    const path = id.split('/').map(encodeURIComponent).join('/')
    return `${url.replace(/\/+$/, '')}/${path}${query === '' ? '' : `?${query}`}`
  }
}

function reasonOf(ending: Ending): string | null {
  if (ending.kind !== 'closed' && ending.kind !== 'malformed') return null
  return ending.reason === '' ? null : ending.reason
}
