// When to try again. `planRetry` decides how long to wait (pure); `Retry` waits, and cuts the wait short when the
// page is shown or the browser says `online`, unless it was the server that asked for time.

import { afterClose } from '../../../client-protocol/ts/close-code.ts'
import type { Dispose, Environment } from './environment.ts'
import type { Ending } from './socket.ts'

/** The first wait is random within this, and the bound doubles at every failure: full jitter. */
export const BACK_OFF_MS_MIN = 250
export const BACK_OFF_MS_MAX = 30_000

/** After an orderly goodbye of the server everybody comes back within this. */
export const SOON_MS_MAX = 2_000

/** What a server under load asks for. */
export const LATER_MS_MIN = 5_000
export const LATER_MS_MAX = 30_000

/** The longest drain delay that is believed. */
export const DRAIN_MS_MAX = 60_000

/** Nobody looks at a hidden page: it waits longer, and leaves the server to those who are looked at. */
export const HIDDEN_FACTOR = 4

/** How to go on after an ending. */
export type Plan =
  | { readonly kind: 'final'; readonly code: number; readonly reason: string }
  /** `atServersWish`: no event of the page cuts the wait short. */
  | { readonly kind: 'retry'; readonly delayMs: number; readonly atServersWish: boolean }

/** What a plan depends on besides the ending itself. */
export interface Circumstances {
  /** Attempts in a row that did not lead to a lasting connection, this one included: 1 or more. */
  readonly failures: number
  /** What a drain notice announced on this connection. */
  readonly drainDelayMs: number | null
  readonly isHidden: boolean
  /** 0 ≤ x < 1. */
  readonly random: number
}

/** Decides whether and when to try again. */
export function planRetry(ending: Ending, circumstances: Circumstances): Plan {
  const { random, drainDelayMs } = circumstances
  const after = ending.kind === 'closed' ? afterClose(ending.code) : 'back_off'
  if (ending.kind === 'closed' && after === 'final') {
    return { kind: 'final', code: ending.code, reason: ending.reason }
  }
  if (drainDelayMs !== null) {
    return { kind: 'retry', delayMs: Math.min(drainDelayMs, DRAIN_MS_MAX), atServersWish: true }
  }
  const pace = circumstances.isHidden ? HIDDEN_FACTOR : 1
  switch (after) {
    case 'soon':
      return { kind: 'retry', delayMs: Math.round(random * SOON_MS_MAX), atServersWish: true }
    case 'later': {
      const delayMs = LATER_MS_MIN + random * (LATER_MS_MAX - LATER_MS_MIN)
      return { kind: 'retry', delayMs: Math.round(delayMs * pace), atServersWish: true }
    }
    default: {
      const bound = Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS_MIN * 2 ** (circumstances.failures - 1))
      return { kind: 'retry', delayMs: Math.round(random * bound * pace), atServersWish: false }
    }
  }
}

/** The one wait of a session. */
export class Retry {
  readonly #environment: Environment
  readonly #attempt: () => void
  #waiting: { stop: Dispose; atServersWish: boolean } | null = null

  constructor(environment: Environment, attempt: () => void) {
    this.#environment = environment
    this.#attempt = attempt
  }

  /** Waits, and gives the time of the attempt. A new wait replaces the old one. */
  wait(delayMs: number, atServersWish: boolean): number {
    this.cancel()
    const stop = this.#environment.after(delayMs, () => this.now())
    this.#waiting = { stop, atServersWish }
    return this.#environment.now() + delayMs
  }

  /** Ends the wait with an attempt. */
  now(): void {
    if (this.#waiting === null) return
    this.cancel()
    this.#attempt()
  }

  /** Something happened that makes an attempt promising. */
  hint(): void {
    if (this.#waiting?.atServersWish === false) this.now()
  }

  cancel(): void {
    this.#waiting?.stop()
    this.#waiting = null
  }
}
