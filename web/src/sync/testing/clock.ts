import type { Dispose } from '../environment.ts'

/** Fake time: stands still until `pass`. */
export class Clock {
  #now = 1_700_000_000_000
  #timers: { at: number; callback: () => void }[] = []

  now = (): number => this.#now

  after = (delayMs: number, callback: () => void): Dispose => {
    const timer = { at: this.#now + delayMs, callback }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Lets time pass; timers run in their order, and promises between them. */
  async pass(durationMs: number): Promise<void> {
    const end = this.#now + durationMs
    await flushPromises()
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((left, right) => left.at - right.at)[0]
      if (next === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#now = Math.max(this.#now, next.at)
      next.callback()
      await flushPromises()
    }
    this.#now = end
  }
}

/** Lets everything that is ready happen: promises, and fake IndexedDB, which runs on immediates. */
export async function flushPromises(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
}
