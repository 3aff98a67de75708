// The chosen theme, as a view reads it.

import { useSyncExternalStore } from 'react'
import { currentTheme, nextTheme, onTheme, type Theme } from './theme.ts'

export function useTheme(): { theme: Theme; next: () => void } {
  return { theme: useSyncExternalStore(onTheme, currentTheme), next: nextTheme }
}
