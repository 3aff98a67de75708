// The words of the app, typed: a missing key or parameter does not compile.

import { useSyncExternalStore } from 'react'
import { recall, remember } from '../app/stored.ts'
import { en } from './en.ts'
import { ko } from './ko.ts'

type Message<T> = T extends (values: infer V) => string ? (values: V) => string : string

/** What every language must say. */
export type Catalogue = { readonly [K in keyof typeof ko]: Message<(typeof ko)[K]> }

export type Language = 'ko' | 'en'
export type Key = keyof Catalogue
type Values<K extends Key> = Catalogue[K] extends (values: infer V) => string ? [values: V] : []

/** Says something in one language. */
export type Translate = <K extends Key>(key: K, ...values: Values<K>) => string

const STORED = 'calit.language'
const CATALOGUES: Record<Language, Catalogue> = { ko, en }

let language: Language = initial()
const listeners = new Set<() => void>()

/** Says something in the chosen language. */
export const t: Translate = (key, ...values) => {
  const message: string | ((values: never) => string) = CATALOGUES[language][key]
  return typeof message === 'string' ? message : message(values[0] as never)
}

/** The chosen language, and how to choose another. */
export function useLanguage(): { language: Language; choose: (next: Language) => void; t: Translate } {
  const current = useSyncExternalStore(subscribe, () => language)
  return { language: current, choose, t }
}

/** Says things in the chosen language; the component is painted again when that changes. */
export function useT(): Translate {
  useLanguage()
  return t
}

export function currentLanguage(): Language {
  return language
}

function choose(next: Language): void {
  language = next
  remember(STORED, next)
  document.documentElement.lang = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function initial(): Language {
  const stored = recall(STORED)
  const chosen = stored === 'ko' || stored === 'en' ? stored : navigator.language.startsWith('en') ? 'en' : 'ko'
  if (globalThis.document) document.documentElement.lang = chosen
  return chosen
}
