// A first visit must never show the name of a message instead of its words: whatever the app loads at once may say only
// what is loaded at once.

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { words } from './ko/first.ts'

/** Every file that is imported without being asked for later. */
function loadedAtOnce(entry: string): Map<string, string> {
  const sources = new Map<string, string>()
  const waiting = [entry]
  for (const file of waiting) {
    if (sources.has(file) || !existsSync(file)) continue
    const source = readFileSync(file, 'utf8')
    sources.set(file, source)
    for (const [, clause = '', path = ''] of source.matchAll(/^(import|export) [^'(]*?'(\.[^']+\.tsx?)'/gms)) {
      if (clause !== '') waiting.push(join(dirname(file), path))
    }
  }
  return sources
}

test('what is loaded at once says only what is loaded at once', () => {
  const keys = Object.keys(words)
  const later: string[] = []
  for (const [file, source] of loadedAtOnce(join(import.meta.dirname, '../app/start.tsx'))) {
    for (const [, quote, key = ''] of source.matchAll(/\bt\(\s*(['`])([^'`$]+)/g)) {
      const isKnown = quote === "'" ? keys.includes(key) : keys.some((known) => known.startsWith(key))
      if (!isKnown) later.push(`${file.split('/src/')[1]}: ${key}`)
    }
  }
  expect(later).toEqual([])
})
