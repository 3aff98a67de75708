// A part of the app that is fetched later. A fetch that fails is tried again: being offline must not end in an error.

import { type ComponentType, lazy } from 'react'

const RETRY_MS = 2_000

export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => ({ default: await persist(load) }))
}

async function persist<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load()
    } catch {
      await new Promise((next) => setTimeout(next, RETRY_MS))
    }
  }
}
