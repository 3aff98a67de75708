// Texts of a document: their limits, and how one is changed into another.

import type * as Y from 'yjs'

/** Longest title that the app takes, in UTF-16 units. */
export const TITLE_MAX = 500

/** Longest comment, goal or checklist item, in UTF-16 units. */
export const WORDS_MAX = 10_000

/** One line: white space runs become single spaces. */
export function clipTitle(text: string): string {
  return text.trim().replace(/\s+/g, ' ').slice(0, TITLE_MAX)
}

export function clipWords(text: string): string {
  return text.trim().slice(0, WORDS_MAX)
}

/** Replaces a text by its smallest difference. */
export function replaceText(text: Y.Text, next: string): void {
  const current = text.toString()
  let start = 0
  const shortest = Math.min(current.length, next.length)
  while (start < shortest && current[start] === next[start]) start += 1
  // Never between the halves of a surrogate pair.
  if (start > 0 && isHighSurrogate(current.charCodeAt(start - 1))) start -= 1
  let end = 0
  while (end < shortest - start && current[current.length - 1 - end] === next[next.length - 1 - end]) end += 1
  if (end > 0 && isLowSurrogate(current.charCodeAt(current.length - end))) end -= 1
  const removed = current.length - start - end
  if (removed > 0) text.delete(start, removed)
  const inserted = next.slice(start, next.length - end)
  if (inserted !== '') text.insert(start, inserted)
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000
}
