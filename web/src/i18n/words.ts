// The words of the app, typed: a missing key or parameter does not compile. Only the chosen language is loaded; it is
// there before anything is drawn, so that no view ever waits for its words.

import { recall, remember } from '../app/stored.ts'
import type { words as ko } from './ko/index.ts'

type Message<T> = T extends (values: infer V) => string ? (values: V) => string : string

/** What another language must say where Korean says `Korean`. */
export type SameKeys<Korean> = { readonly [K in keyof Korean]: Message<Korean[K]> }

/** What every language must say. */
export type Catalogue = SameKeys<typeof ko>

export type Language = 'ko' | 'en'
export type Key = keyof Catalogue
type Values<K extends Key> = Catalogue[K] extends (values: infer V) => string ? [values: V] : []

/** Says something in one language. */
export type Translate = <K extends Key>(key: K, ...values: Values<K>) => string

const STORED = 'calit.language'

const LOADERS: Record<Language, () => Promise<{ readonly words: Catalogue }>> = {
  ko: () => import('./ko/index.ts'),
  en: () => import('./en/index.ts'),
}

let language: Language = initial()
let words: Catalogue | null = null
const listeners = new Set<() => void>()

/** Says something in the chosen language. */
export const t: Translate = (key, ...values) => {
  const message: string | ((values: never) => string) = words?.[key] ?? key
  return typeof message === 'string' ? message : message(values[0] as never)
}

export function currentLanguage(): Language {
  return language
}

/** Brings the words of the chosen language; to be awaited once, before the first view. */
export async function loadWords(): Promise<void> {
  words = (await LOADERS[language]()).words
  document.documentElement.lang = language
}

/** Changes the language. All stays as it is if the words of the other cannot be had now. */
export async function chooseLanguage(next: Language): Promise<void> {
  const loaded = await LOADERS[next]().catch(() => null)
  if (!loaded) return
  words = loaded.words
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
