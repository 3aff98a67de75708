// Light, dark, or whatever the system says.

import { recall, remember } from './stored.ts'

export type Theme = 'system' | 'light' | 'dark'

const STORED = 'calit.theme'
const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }

let theme: Theme = load()
const listeners = new Set<() => void>()

export function currentTheme(): Theme {
  return theme
}

export function onTheme(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The theme that follows in the round of all. */
export function nextTheme(): void {
  choose(NEXT[theme])
}

/** Puts the chosen theme on the page. */
export function applyTheme(): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

function choose(next: Theme): void {
  theme = next
  remember(STORED, next)
  applyTheme()
  for (const listener of listeners) listener()
}

function load(): Theme {
  const stored = recall(STORED)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}
