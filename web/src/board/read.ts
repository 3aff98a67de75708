// Readers: whatever a document holds, it reads as a board. What is malformed is left out, as `src/board/` does it.
// Both run `client-protocol/fixtures/board-read.json`.

import * as Y from 'yjs'
import { isPartId } from './ids.ts'
import { compare, compareRanks } from './rank.ts'
import { type Entry, isRecord, moment, readPositions } from './register.ts'

export type Category = 'backlog' | 'todo' | 'doing' | 'done'

/** A column without its cards. */
export interface ColumnData {
  readonly id: string
  readonly name: string
  readonly category: Category
  readonly rank: string | null
  readonly isDeleted: boolean
}

export interface ChecklistItem {
  readonly id: string
  readonly text: string
  readonly isDone: boolean
  readonly rank: string | null
}

export interface Comment {
  readonly id: string
  readonly by: string
  readonly at: number
  readonly body: string
}

/** What a card says of itself. */
export interface CardData {
  readonly id: string
  readonly title: string
  readonly number: number | null
  /** Where it was put. */
  readonly position: Entry | null
  /** Where others put it at the same time, newest first. */
  readonly overwritten: readonly Entry[]
  readonly points: number | null
  readonly priority: string | null
  readonly due: string | null
  readonly assignees: readonly string[]
  readonly labels: readonly string[]
  readonly checklist: readonly ChecklistItem[]
  readonly comments: readonly Comment[]
  readonly createdAt: number | null
  readonly isDeleted: boolean
}

export interface Label {
  readonly id: string
  readonly name: string
  readonly color: string
}

export function readColumn(id: string, map: Y.Map<unknown>): ColumnData {
  return {
    id,
    name: text(map.get('name')) ?? '',
    category: category(map.get('category')),
    rank: text(map.get('rank')),
    isDeleted: isDeleted(map),
  }
}

export function readCard(id: string, map: Y.Map<unknown>): CardData {
  const position = nested(map, 'position')
  const [place = null, ...overwritten] = position ? readPositions(position.entries()) : []
  const number = count(nested(map, 'ext')?.get('number'))
  const points = count(map.get('points'))
  const created = map.get('created')
  return {
    id,
    title: sharedText(map.get('title')) ?? '',
    number: number !== null && Number.isInteger(number) ? number : null,
    position: place,
    overwritten,
    points,
    priority: text(map.get('priority')),
    due: text(map.get('due')),
    assignees: names(nested(map, 'assignees')),
    labels: names(nested(map, 'labels')),
    checklist: checklist(nested(map, 'checklist')),
    comments: comments(nested(map, 'comments')),
    createdAt: isRecord(created) ? moment(created['at']) : null,
    isDeleted: isDeleted(map),
  }
}

export function readLabel(id: string, map: Y.Map<unknown>): Label {
  return { id, name: text(map.get('name')) ?? '', color: text(map.get('color')) ?? 'grey' }
}

/** The well-named entries of a map that are maps themselves. */
export function maps(parent: Y.Map<unknown>): [string, Y.Map<unknown>][] {
  const found: [string, Y.Map<unknown>][] = []
  for (const [id, value] of parent.entries()) if (isPartId(id) && value instanceof Y.Map) found.push([id, value])
  return found
}

export function nested(map: Y.Map<unknown>, key: string): Y.Map<unknown> | null {
  const value = map.get(key)
  return value instanceof Y.Map ? value : null
}

/** A removal mark: anything but null counts. */
export function isDeleted(map: Y.Map<unknown>): boolean {
  const mark = map.get('deleted')
  return mark !== undefined && mark !== null
}

/** Y.XmlText passes `instanceof Y.Text`, but is no title. */
export function isText(value: unknown): value is Y.Text {
  return value instanceof Y.Text && value.constructor === Y.Text
}

function sharedText(value: unknown): string | null {
  // Not toJSON: a text with embeds still reads as its characters.
  return isText(value) ? value.toString() : null
}

/** A finite number; the server writes whole numbers as big integers. */
function count(value: unknown): number | null {
  const number = typeof value === 'bigint' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function category(value: unknown): Category {
  return value === 'backlog' || value === 'doing' || value === 'done' ? value : 'todo'
}

function names(map: Y.Map<unknown> | null): string[] {
  if (!map) return []
  const set = [...map.entries()].filter(([id, value]) => value === true && isPartId(id))
  return set.map(([id]) => id).sort(compare)
}

function checklist(map: Y.Map<unknown> | null): ChecklistItem[] {
  if (!map) return []
  const items = maps(map).map(([id, item]) => ({
    id,
    text: text(item.get('text')) ?? '',
    isDone: item.get('done') === true,
    rank: text(item.get('rank')),
  }))
  return items.sort((a, b) => compareRanks(a.rank, b.rank) || compare(a.id, b.id))
}

function comments(map: Y.Map<unknown> | null): Comment[] {
  if (!map) return []
  const read = maps(map).map(([id, comment]) => ({
    id,
    by: text(comment.get('by')) ?? '',
    at: moment(comment.get('at')) ?? 0,
    body: text(comment.get('body')) ?? sharedText(comment.get('body')) ?? '',
  }))
  return read.sort((a, b) => a.at - b.at || compare(a.id, b.id))
}
