// Edits: each is one transaction, marked as the user's own so that undo takes back nobody else's.

import * as Y from 'yjs'
import type { BoardStore } from './board-store.ts'
import { newPartId } from './ids.ts'
import { place } from './rank.ts'
import { isText, nested } from './read.ts'
import { type Position, writePosition } from './register.ts'

/** Marks transactions of the person at this screen. */
export const OWN_EDIT = Symbol('own edit')

/** Longest title that the app takes, in UTF-16 units. */
export const TITLE_MAX = 500

/** Where a card goes: before another card of the column, or to its end. */
export interface Place {
  readonly column: string
  readonly before: string | null
}

/** Who edits, and when. */
export interface Author {
  readonly id: string
  readonly now: () => number
}

export class BoardEdits {
  readonly #store: BoardStore
  readonly #author: Author

  constructor(store: BoardStore, author: Author) {
    this.#store = store
    this.#author = author
  }

  /** Adds a card and returns its id. */
  addCard(title: string, to: Place): string {
    const id = newPartId()
    this.#edit(() => {
      const position = new Y.Map<unknown>()
      const card = new Y.Map<unknown>()
      const parts: Record<string, unknown> = {
        type: 'task',
        title: new Y.Text(clip(title)),
        description: new Y.XmlFragment(),
        position,
        created: { at: this.#author.now(), by: this.#author.id },
      }
      for (const name of ['assignees', 'labels', 'checklist', 'comments', 'links', 'ext']) parts[name] = new Y.Map()
      for (const [key, value] of Object.entries(parts)) card.set(key, value)
      const target = this.#makeRoom(to, null)
      this.#cards.set(id, card)
      writePosition(position, target, this.#author.id, this.#author.now())
    })
    return id
  }

  /** Changes a title by its smallest difference, so that two people may type in it. */
  setTitle(id: string, title: string): void {
    const text = this.#card(id)?.get('title')
    if (isText(text)) this.#edit(() => replaceText(text, clip(title)))
  }

  /** Moves a card; the newest move takes the whole position. */
  moveCard(id: string, to: Place): void {
    const card = this.#card(id)
    const position = card && nested(card, 'position')
    if (position) this.#edit(() => writePosition(position, this.#makeRoom(to, id), this.#author.id, this.#author.now()))
  }

  /** Hides a card; an edit made meanwhile survives inside. */
  deleteCard(id: string): void {
    this.#edit(() => this.#card(id)?.set('deleted', { at: this.#author.now(), by: this.#author.id }))
  }

  restoreCard(id: string): void {
    this.#edit(() => this.#card(id)?.delete('deleted'))
  }

  addColumn(name: string): string {
    const id = newPartId()
    const order = this.#columns
    this.#edit(() => {
      const column = new Y.Map<unknown>()
      column.set('name', clip(name))
      column.set('category', 'todo')
      column.set('rank', this.#keyed(order, order.length))
      this.#root('columns').set(id, column)
    })
    return id
  }

  renameColumn(id: string, name: string): void {
    this.#edit(() => this.#column(id)?.set('name', clip(name)))
  }

  /** Puts a column before another, or at the end. */
  moveColumn(id: string, before: string | null): void {
    const others = this.#columns.filter((column) => column.id !== id)
    const at = before === null ? others.length : others.findIndex((column) => column.id === before)
    if (at < 0) return
    this.#edit(() => this.#column(id)?.set('rank', this.#keyed(others, at)))
  }

  /** Hides a column; its cards show in the first column of the same category. */
  deleteColumn(id: string): void {
    this.#edit(() => this.#column(id)?.set('deleted', { at: this.#author.now(), by: this.#author.id }))
  }

  restoreColumn(id: string): void {
    this.#edit(() => this.#column(id)?.delete('deleted'))
  }

  get #cards(): Y.Map<unknown> {
    return this.#root('cards')
  }

  get #columns(): { id: string; rank: string | null }[] {
    return this.#store.snapshot().columns.map((view) => ({ id: view.column.id, rank: view.column.rank }))
  }

  #root(name: string): Y.Map<unknown> {
    return this.#store.document.getMap(name)
  }

  #card(id: string): Y.Map<unknown> | null {
    return nested(this.#cards, id)
  }

  #column(id: string): Y.Map<unknown> | null {
    return nested(this.#root('columns'), id)
  }

  #edit(change: () => void): void {
    this.#store.document.transact(change, OWN_EDIT)
  }

  /** The rank for a new column at an index; neighbours without room get new ranks. */
  #keyed(order: readonly { id: string; rank: string | null }[], index: number): string {
    const placement = place(
      order.map((column) => column.rank),
      index,
    )
    for (const [at, rank] of placement.rekeyed) this.#column(order[at]?.id ?? '')?.set('rank', rank)
    return placement.rank
  }

  /** A position at a place; cards that leave no gap are put a little further on. */
  #makeRoom(to: Place, moving: string | null): Position {
    const view = this.#store.snapshot().columns.find(({ column }) => column.id === to.column)
    const order = (view?.cards ?? []).filter((id) => id !== moving)
    const found = to.before === null ? -1 : order.indexOf(to.before)
    const ranks = order.map((id) => this.#store.card(id)?.position?.rank ?? null)
    const placement = place(ranks, found < 0 ? order.length : found)
    for (const [at, rank] of placement.rekeyed) this.#rekey(order[at] ?? '', to.column, rank)
    return { column: to.column, lane: null, rank: placement.rank }
  }

  #rekey(id: string, column: string, rank: string): void {
    const card = this.#card(id)
    const position = card && nested(card, 'position')
    const lane = this.#store.card(id)?.position?.lane ?? null
    if (position) writePosition(position, { column, lane, rank }, this.#author.id, this.#author.now())
  }
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

function clip(text: string): string {
  return text.trim().replace(/\s+/g, ' ').slice(0, TITLE_MAX)
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000
}
