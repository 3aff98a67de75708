import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')
const tokens = new Map<string, readonly [light: string, dark: string]>()
for (const [, name = '', light = '', dark = ''] of css.matchAll(
  /--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g,
)) {
  tokens.set(name, [light, dark])
}
for (const [, name = '', both = ''] of css.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)) tokens.set(name, [both, both])

const surfaces = ['frame', 'page', 'surface', 'sunken']
const tones = ['warning', 'danger', 'success']
const hues = ['red', 'orange', 'amber', 'green', 'teal', 'blue', 'violet', 'pink', 'grey']
const people = Array.from({ length: 12 }, (_, at) => `person-${at + 1}`)

/** WCAG 2.2: 4.5 for text, 3 for what is not text. */
const pairs: readonly (readonly [least: number, front: string, back: string])[] = [
  ...across(4.5, ['text', 'text-2', 'text-3'], surfaces),
  ...across(4.5, ['text', 'text-2'], ['pressed']),
  ...across(4.5, ['accent-text'], [...surfaces, 'accent-soft']),
  ...across(4.5, ['on-accent'], ['accent', 'accent-hover']),
  ...tones.flatMap((tone) => across(4.5, [`${tone}-text`], [...surfaces, `${tone}-soft`])),
  ...tones.flatMap((tone) => across(4.5, ['text', 'text-2', 'text-3'], [`${tone}-soft`])),
  ...across(4.5, ['on-inverse', 'on-inverse-link'], ['inverse']),
  ...across(4.5, ['on-person'], people),
  ...across(3, people, ['page', 'surface']),
  ...across(3, hues, ['page', 'surface', 'frame']),
  ...across(3, ['line-control', 'focus', ...tones], ['page', 'surface', 'frame']),
]

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('in the %s theme', (_, theme) => {
  test.each(pairs)('contrast is at least %d: %s on %s', (least, front, back) => {
    expect(contrast(colour(front, theme), colour(back, theme))).toBeGreaterThanOrEqual(least)
  })
})

function across(least: number, fronts: readonly string[], backs: readonly string[]) {
  return fronts.flatMap((front) => backs.map((back) => [least, front, back] as const))
}

function colour(name: string, theme: 0 | 1): string {
  const pair = tokens.get(name)
  if (!pair) throw new Error(`there is no token --${name}`)
  return pair[theme]
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}
