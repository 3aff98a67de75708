// The ground that all edits stand on: one transaction each, marked as the user's own, stamped with author and time.

import * as Y from 'yjs'
import type { BoardStore } from './board-store.ts'
import { writeField } from './fields.ts'
import { nested } from './read.ts'

/** Marks transactions of the person at this screen. */
export const OWN_EDIT = Symbol('own edit')

/** Who edits, and when. */
export interface Author {
  readonly id: string
  readonly now: () => number
}

export type RootName = 'meta' | 'columns' | 'cards' | 'sprints' | 'labels'

export class Writer {
  protected readonly store: BoardStore
  readonly #author: Author

  constructor(store: BoardStore, author: Author) {
    this.store = store
    this.#author = author
  }

  protected edit(change: () => void): void {
    this.store.document.transact(change, OWN_EDIT)
  }

  protected get by(): string {
    return this.#author.id
  }

  protected get now(): number {
    return this.#author.now()
  }

  /** When and by whom, as the document keeps it. */
  protected stamp(): { at: number; by: string } {
    return { at: this.now, by: this.by }
  }

  protected root(name: RootName): Y.Map<unknown> {
    return this.store.document.getMap(name)
  }

  protected part(root: RootName, id: string): Y.Map<unknown> | null {
    return nested(this.root(root), id)
  }

  protected card(id: string): Y.Map<unknown> | null {
    return this.part('cards', id)
  }

  /** A nested map of a card, such as its labels. */
  protected within(card: string, name: string): Y.Map<unknown> | null {
    const map = this.card(card)
    return map && nested(map, name)
  }

  /** Writes a field of a part that is there. */
  protected set(part: Y.Map<unknown> | null, name: string, value: unknown): void {
    if (part) writeField(part, name, value, this.by, this.now)
  }

  protected mark(part: Y.Map<unknown> | null): void {
    part?.set('deleted', this.stamp())
  }

  protected newPart(parent: Y.Map<unknown> | null, id: string, fields: Record<string, unknown>): void {
    if (!parent) return
    const part = new Y.Map<unknown>()
    for (const [key, value] of Object.entries(fields)) if (value !== undefined) part.set(key, value)
    parent.set(id, part)
  }
}
