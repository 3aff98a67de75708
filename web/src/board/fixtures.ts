// Test data that both languages run, and documents made from plain values. For tests only.

import { readFileSync } from 'node:fs'
import * as Y from 'yjs'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** A file of `client-protocol/fixtures`. */
export function fixture<T>(name: string): T {
  const url = new URL(`../../../client-protocol/fixtures/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as T
}

/** A board document as the fixtures write it down. */
export function documentOf(roots: { readonly [root: string]: JsonObject }): Y.Doc {
  const document = new Y.Doc()
  document.transact(() => {
    for (const [root, entries] of Object.entries(roots)) {
      const map = document.getMap(root)
      for (const [id, value] of Object.entries(entries)) map.set(id, root === 'cards' ? cardOf(value) : shared(value))
    }
  })
  return document
}

const MAPS = new Set(['position', 'assignees', 'labels', 'checklist', 'comments', 'links', 'ext'])
const MAPS_OF_MAPS = new Set(['checklist', 'comments'])

function cardOf(value: Json): unknown {
  const plain = plainOf(value)
  if (plain) return plain.value
  if (!isObject(value)) return value
  const card = new Y.Map<unknown>()
  for (const [key, part] of Object.entries(value)) card.set(key, partOf(key, part))
  return card
}

function partOf(key: string, part: Json): unknown {
  const plain = plainOf(part)
  if (plain) return plain.value
  if (key === 'title' && typeof part === 'string') return new Y.Text(part)
  if (key === 'description' && Array.isArray(part)) return description(part.map(String))
  if (!MAPS.has(key) || !isObject(part)) return part
  const map = new Y.Map<unknown>()
  for (const [id, entry] of Object.entries(part)) map.set(id, MAPS_OF_MAPS.has(key) ? shared(entry) : entry)
  return map
}

function description(paragraphs: readonly string[]): Y.XmlFragment {
  const fragment = new Y.XmlFragment()
  for (const words of paragraphs) {
    const paragraph = new Y.XmlElement('paragraph')
    if (words !== '') paragraph.insert(0, [new Y.XmlText(words)])
    fragment.push([paragraph])
  }
  return fragment
}

function shared(value: Json): unknown {
  const plain = plainOf(value)
  if (plain) return plain.value
  return isObject(value) ? new Y.Map(Object.entries(value)) : value
}

function plainOf(value: Json): { value: Json } | null {
  return isObject(value) && '$plain' in value ? { value: value['$plain'] ?? null } : null
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
