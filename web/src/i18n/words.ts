// The words of the app, typed: a missing key or parameter does not compile. Only the chosen language is loaded, in two
// parts: what a first visit says is there before anything is drawn, and the rest before any part is drawn that is loaded
// later (`lazyPart` sees to it). So no view ever waits for its words.

import { recall, remember } from '../app/stored.ts'
import type { words as first } from './ko/first.ts'
import type { words as later } from './ko/index.ts'

type Message<T> = T extends (values: infer V) => string ? (values: V) => string : string

/** What another language must say where Korean says `Korean`. */
export type SameKeys<Korean> = { readonly [K in keyof Korean]: Message<Korean[K]> }

/** What every language must say. */
export type FirstWords = SameKeys<typeof first>
export type LaterWords = SameKeys<typeof later>
export type Catalogue = FirstWords & LaterWords

export type Language = 'ko' | 'en'
export type Key = keyof Catalogue
type Values<K extends Key> = Catalogue[K] extends (values: infer V) => string ? [values: V] : []

/** Says something in one language. */
export type Translate = <K extends Key>(key: K, ...values: Values<K>) => string

const STORED = 'calit.language'

interface Loaders {
  readonly first: () => Promise<{ readonly words: FirstWords }>
  readonly later: () => Promise<{ readonly words: LaterWords }>
}

const LOADERS: Record<Language, Loaders> = {
  ko: { first: () => import('./ko/first.ts'), later: () => import('./ko/index.ts') },
  en: { first: () => import('./en/first.ts'), later: () => import('./en/index.ts') },
}

let language: Language = initial()
let words: Partial<Catalogue> = {}
const listeners = new Set<() => void>()

/** Says something in the chosen language. */
export const t: Translate = (key, ...values) => {
  const message: string | ((values: never) => string) = words[key] ?? key
  return typeof message === 'string' ? message : message(values[0] as never)
}

export function currentLanguage(): Language {
  return language
}

/** Brings what a first visit says; to be awaited once, before the first view. */
export async function loadWords(): Promise<void> {
  words = { ...words, ...(await LOADERS[language].first()).words }
  document.documentElement.lang = language
}

/** Brings the rest; to be awaited before a part is drawn that was loaded later. */
export async function loadLaterWords(): Promise<void> {
  const asked = language
  const later = (await LOADERS[asked].later()).words
  // Another language may have been chosen meanwhile; that brought all of its words.
  if (asked === language) words = { ...words, ...later }
}

/** Changes the language. All stays as it is if the words of the other cannot be had now. */
export async function chooseLanguage(next: Language): Promise<void> {
  const { first, later } = LOADERS[next]
  const loaded = await Promise.all([first(), later()]).catch(() => null)
  if (!loaded) return
  words = { ...loaded[0].words, ...loaded[1].words }
  language = next
  remember(STORED, next)
  document.documentElement.lang = next
  for (const listener of listeners) listener()
}

export function onLanguage(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function initial(): Language {
  const stored = recall(STORED)
  if (stored === 'ko' || stored === 'en') return stored
  return globalThis.navigator?.language.startsWith('en') ? 'en' : 'ko'
}
