import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

/** A token's colour in the light and in the dark theme. */
function tokens(): Map<string, readonly [string, string]> {
  const found = new Map<string, readonly [string, string]>()
  for (const [, name = '', light = '', dark = ''] of css.matchAll(
    /--([\w-]+):\s*light-dark\((#[\da-f]{6}), (#[\da-f]{6})\)/g,
  )) {
    found.set(name, [light, dark])
  }
  for (const [, name = '', hex = ''] of css.matchAll(/--([\w-]+):\s*(#[\da-f]{6});/g)) found.set(name, [hex, hex])
  return found
}

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

const GROUNDS = ['frame', 'page', 'surface', 'sunken']
const SOFT = ['accent-soft', 'warning-soft', 'danger-soft', 'success-soft']
const HUES = ['red', 'orange', 'amber', 'green', 'teal', 'blue', 'violet', 'pink', 'grey']
const PEOPLE = Array.from({ length: 12 }, (_, at) => `person-${at + 1}`)
const pairs = (fronts: readonly string[], grounds: readonly string[]) =>
  fronts.flatMap((front) => grounds.map((ground) => [front, ground] as const))

const GROUPS = [
  ['ink is read on every ground', 4.5, pairs(['text', 'text-2', 'text-3'], [...GROUNDS, ...SOFT])],
  ['ink is read on pressed rows', 4.5, pairs(['text', 'text-2'], ['pressed'])],
  ['accent text is read', 4.5, pairs(['accent-text'], [...GROUNDS, 'accent-soft'])],
  ['words on accent fills are read', 4.5, pairs(['on-accent'], ['accent', 'accent-hover'])],
  [
    'warnings are read',
    4.5,
    ['warning', 'danger', 'success'].flatMap((tone) => pairs([`${tone}-text`], [...GROUNDS, `${tone}-soft`])),
  ],
  ['toasts are read', 4.5, pairs(['on-inverse', 'on-inverse-link'], ['inverse'])],
  ['initials are read on every person', 4.5, pairs(['on-person'], PEOPLE)],
  ['people are seen as outlines, carets and rings', 3, pairs(PEOPLE, ['page', 'surface'])],
  ['label dots are seen', 3, pairs(HUES, ['frame', 'page', 'surface'])],
  [
    'lines of controls and focus are seen',
    3,
    pairs(['line-control', 'focus', 'warning', 'danger', 'success'], ['frame', 'page', 'surface']),
  ],
] as const

describe.each(['light', 'dark'])('in the %s theme', (theme) => {
  const colors = tokens()
  const at = theme === 'light' ? 0 : 1

  it.each(GROUPS)('%s (%d : 1)', (_name, least, group) => {
    const tooWeak = group.filter(([front, ground]) => {
      const [ink, paper] = [colors.get(front)?.[at], colors.get(ground)?.[at]]
      return !ink || !paper || contrast(ink, paper) < least
    })

    expect(tooWeak).toEqual([])
  })
})
