// The current status: derived anew whenever a fact or the time changes it, and told only when it says something else.

import type { Dispose, Environment } from './environment.ts'
import { Listeners } from './listeners.ts'
import { nextChangeAt, type SaveFacts, type SaveStatus, sameStatus, saveStatus } from './save-status.ts'

/** See the head of this file. */
export class StatusBoard {
  readonly #environment: Environment
  readonly #facts: () => SaveFacts
  readonly #listeners = new Listeners<SaveStatus>()
  #current: SaveStatus = { kind: 'loading' }
  #stopClock: Dispose = () => {}

  constructor(environment: Environment, facts: () => SaveFacts) {
    this.#environment = environment
    this.#facts = facts
  }

  /** The same object until the status changes. */
  get current(): SaveStatus {
    return this.#current
  }

  onChange(listener: (status: SaveStatus) => void): Dispose {
    return this.#listeners.add(listener)
  }

  refresh(): void {
    const facts = this.#facts()
    const now = this.#environment.now()
    const status = saveStatus(facts, now)
    const nextAt = nextChangeAt(facts, now)
    this.#stopClock()
    this.#stopClock = nextAt === null ? () => {} : this.#environment.after(nextAt - now, () => this.refresh())
    if (sameStatus(status, this.#current)) return
    this.#current = status
    this.#listeners.tell(status)
  }

  stop(): void {
    this.#stopClock()
    this.#listeners.clear()
  }
}
