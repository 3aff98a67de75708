// The ground that all edits stand on: one transaction each, marked as the user's own, stamped with author and time.

import * as Y from 'yjs'
import type { BoardStore } from './board-store.ts'
import { writeField } from './fields.ts'
import { nested } from './read.ts'
import { clipTitle } from './texts.ts'

/** Marks transactions of the person at this screen. */
export const OWN_EDIT = Symbol('own edit')

/** Who edits, and when. */
export interface Author {
  readonly id: string
  readonly now: () => number
  /** How the board should name them; without it, it learns nothing of them. */
  readonly me?: () => { readonly name: string; readonly color: number }
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
    this.store.document.transact(() => {
      change()
      this.#introduce()
    }, OWN_EDIT)
  }

  /** Names whoever edits on the board: others read it in the activity after they are gone. */
  #introduce(): void {
    const members = nested(this.root('meta'), 'members')
    const me = this.#author.me?.()
    const name = clipTitle(me?.name ?? '')
    if (!members || !me || name === '') return
    const known = nested(members, this.by)
    const said = this.store.snapshot().members.get(this.by)
    if (!known) this.newPart(members, this.by, { name, color: me.color })
    else if (said && said.name !== name) this.set(known, 'name', name)
    else if (said && said.color !== me.color) this.set(known, 'color', me.color)
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
