// A part of the app that is fetched later, with the words that it says. A fetch that fails is tried again: being offline must not end in an error.

import { type ComponentType, lazy } from 'react'
import { loadLaterWords } from '../i18n/words.ts'
import { lookForUpdate } from './offline/updates.ts'

const RETRY_MS = 2_000

/** After this many it may be that the server has no such file any more, since it has a newer version. */
const TRIES_BEFORE_LOOKING = 2

export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => {
    const [part] = await Promise.all([persist(load), persist(loadLaterWords)])
    return { default: part }
  })
}

async function persist<T>(load: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await load()
    } catch {
      if (tries === TRIES_BEFORE_LOOKING) void lookForUpdate()
      await new Promise((next) => setTimeout(next, RETRY_MS))
    }
  }
}
