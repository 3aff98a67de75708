// A value that views watch in parts: only those whose part changed are painted again.

import { useSyncExternalStore } from 'react'

export class Signal<T> {
  #value: T
  readonly #listeners = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  readonly get = (): T => this.#value

  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    for (const listener of [...this.#listeners]) listener()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

/** A part of a signal's value; `select` must return the same for the same. */
export function useSignal<T, Part>(signal: Signal<T>, select: (value: T) => Part): Part {
  return useSyncExternalStore(signal.subscribe, () => select(signal.get()))
}
