// The words of the app as views use them.

import { useSyncExternalStore } from 'react'
import { chooseLanguage, currentLanguage, type Language, onLanguage, type Translate, t } from './words.ts'

export { currentLanguage, type Key, type Language, type Translate, t } from './words.ts'

/** The chosen language, and how to choose another. */
export function useLanguage(): { language: Language; choose: (next: Language) => void; t: Translate } {
  const current = useSyncExternalStore(onLanguage, currentLanguage)
  return { language: current, choose: (next) => void chooseLanguage(next), t }
}

/** Says things in the chosen language; the component is painted again when that changes. */
export function useT(): Translate {
  useLanguage()
  return t
}
