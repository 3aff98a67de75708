import type { Dispose } from './environment.ts'

/** Who wants to hear of something. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>()

  add(listener: (value: T) => void): Dispose {
    // Wrapped, so that the same function subscribed twice is called twice and disposed of one by one.
    const entry = (value: T) => listener(value)
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  tell(value: T): void {
    for (const listener of [...this.#listeners]) listener(value)
  }

  clear(): void {
    this.#listeners.clear()
  }
}
