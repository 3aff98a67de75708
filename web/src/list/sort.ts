// The order of the list: several keys, each up or down. Equal cards keep the order of the board, so that sorting is
// stable whatever was sorted by before; what has no value comes last, up and down.

import type { BoardSnapshot, BoardStore } from '../board/board-store.ts'
import { CARD_TYPES, type CardData, PRIORITIES } from '../board/read.ts'

export const SORTABLE = [
  'number',
  'type',
  'title',
  'status',
  'assignees',
  'labels',
  'points',
  'priority',
  'sprint',
  'due',
  'created',
] as const
export type ListColumn = (typeof SORTABLE)[number]

export interface SortKey {
  readonly column: ListColumn
  readonly isDown: boolean
}

/** What a card is sorted by in a column; null comes last. */
type Value = string | number | null

/** The keys after a press on a column's head: up, down, none. `isMore` keeps the others. */
export function nextKeys(keys: readonly SortKey[], column: ListColumn, isMore: boolean): readonly SortKey[] {
  const at = keys.findIndex((key) => key.column === column)
  const own = keys[at]
  const next = !own ? { column, isDown: false } : own.isDown ? null : { column, isDown: true }
  if (!isMore) return next ? [next] : []
  if (!own) return next ? [...keys, next] : keys
  return next ? keys.with(at, next) : keys.filter((key) => key !== own)
}

export function parseKeys(text: string | null): readonly SortKey[] {
  return (text ?? '').split(',').flatMap((part): SortKey[] => {
    const isDown = part.startsWith('-')
    const column = SORTABLE.find((name) => name === (isDown ? part.slice(1) : part))
    return column ? [{ column, isDown }] : []
  })
}

export function keysText(keys: readonly SortKey[]): string {
  return keys.map(({ column, isDown }) => `${isDown ? '-' : ''}${column}`).join(',')
}

/** Cards in the order of the keys. `cards` are in the order of the board. */
export function sortCards(
  cards: readonly CardData[],
  keys: readonly SortKey[],
  store: BoardStore,
  language: string,
): readonly CardData[] {
  if (keys.length === 0) return cards
  const words = new Intl.Collator(language, { numeric: true, sensitivity: 'base' })
  const reading = readings(store)
  // Each value is read once, not once for each comparison.
  const rows = cards.map((card) => ({ card, values: keys.map(({ column }) => reading[column](card)) }))
  rows.sort((a, b) => {
    for (const [at, { isDown }] of keys.entries()) {
      const order = compareValues(a.values[at] ?? null, b.values[at] ?? null, isDown, words)
      if (order !== 0) return order
    }
    return 0
  })
  return rows.map(({ card }) => card)
}

function compareValues(a: Value, b: Value, isDown: boolean, words: Intl.Collator): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : words.compare(String(a), String(b))
  return isDown ? -order : order
}

function readings(store: BoardStore): Record<ListColumn, (card: CardData) => Value> {
  const snapshot = store.snapshot()
  const columns = new Map(snapshot.columns.map(({ column }, at) => [column.id, at]))
  const sprints = new Map(snapshot.sprints.map(({ id }, at) => [id, at]))
  return {
    number: (card) => card.number,
    type: (card) => CARD_TYPES.indexOf(card.type),
    title: (card) => card.title || null,
    status: (card) => columns.get(store.columnOf(card.id)?.column.id ?? '') ?? null,
    assignees: (card) => namesOf(card.assignees, snapshot.members),
    labels: (card) => namesOf(card.labels, snapshot.labels),
    points: (card) => card.points,
    priority: (card) => priorityOf(card.priority),
    sprint: (card) => sprints.get(card.plan.sprint ?? '') ?? null,
    due: (card) => card.due,
    created: (card) => card.createdAt,
  }
}

/** Urgent first; no priority stands between high and low. */
function priorityOf(priority: string | null): number {
  const at = priority === null ? -1 : (PRIORITIES as readonly string[]).indexOf(priority)
  if (at < 0) return 2
  return at < 2 ? at : 3
}

function namesOf(ids: readonly string[], known: BoardSnapshot['members'] | BoardSnapshot['labels']): string | null {
  const names = ids.map((id) => known.get(id)?.name ?? id)
  return names.length === 0 ? null : names.sort().join(' ')
}
