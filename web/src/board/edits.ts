// Edits of the board: cards and columns. Each is one transaction, so that undo takes back all of it and nothing else.

import * as Y from 'yjs'
import { newPartId } from './ids.ts'
import { place } from './rank.ts'
import { type CardType, type Category, isText, nested, type Wip } from './read.ts'
import { type Position, writePosition } from './register.ts'
import { SprintEdits } from './sprint-edits.ts'
import { clipTitle, replaceText } from './texts.ts'

/** Where a card goes: before another card of the column, or to its end. */
export interface Place {
  readonly column: string
  readonly before: string | null
}

/** What a new card has from the start. */
export interface CardFacts {
  readonly type?: CardType
  /** Planned last there; null is the end of the backlog. Without it the card's place on the board counts. */
  readonly sprint?: string | null
  readonly assignees?: readonly string[]
  readonly labels?: readonly string[]
  readonly points?: number | null
  readonly priority?: string | null
  readonly start?: string | null
  readonly due?: string | null
}

/** The fields of a card that are set for several cards at once. */
export type CardField = 'type' | 'points' | 'priority' | 'start' | 'due' | 'archived'

export interface ColumnChange {
  readonly name?: string
  readonly category?: Category
  readonly wip?: Wip | null
}

/** Nested maps of a card that start out empty. */
const CARD_MAPS = ['assignees', 'labels', 'checklist', 'comments', 'links', 'ext'] as const

export class BoardEdits extends SprintEdits {
  /** Adds a card and returns its id. */
  addCard(title: string, to: Place, facts: CardFacts = {}): string {
    const id = newPartId()
    this.edit(() => this.#newCard(id, clipTitle(title), to, facts, new Y.XmlFragment()))
    return id
  }

  /** Makes a card of the same content right behind another; what was said about that one stays there. */
  copyCard(id: string): string | null {
    const card = this.store.card(id)
    const view = this.store.columnOf(id)
    if (!card || !view) return null
    const copy = newPartId()
    const before = view.cards[view.cards.indexOf(id) + 1] ?? null
    const facts = { ...card, ...(card.plan.sprint === null ? {} : { sprint: card.plan.sprint }) }
    const description = this.store.description(id)?.clone() ?? new Y.XmlFragment()
    this.edit(() => {
      this.#newCard(copy, card.title, { column: view.column.id, before }, facts, description)
      const items = this.within(copy, 'checklist')
      for (const { text, isDone, rank } of card.checklist)
        this.newPart(items, newPartId(), { text, done: isDone, rank })
    })
    return copy
  }

  /** Changes a title by its smallest difference, so that two people may type in it. */
  setTitle(id: string, title: string): void {
    const text = this.card(id)?.get('title')
    if (isText(text)) this.edit(() => replaceText(text, clipTitle(title)))
  }

  /** Sets a field of several cards; null clears it. */
  setField(ids: readonly string[], field: CardField, value: unknown): void {
    this.edit(() => {
      for (const id of ids) this.set(this.card(id), field, value)
    })
  }

  /** Writes a value again that another one had taken the place of. */
  restoreField(id: string, field: string, value: unknown): void {
    this.edit(() => this.set(this.card(id), field, value))
  }

  /** Moves a card; the newest move takes the whole position. */
  moveCard(id: string, to: Place): void {
    this.moveCards([id], to)
  }

  /** Moves cards to one place, in the order in which they are named. */
  moveCards(ids: readonly string[], to: Place): void {
    this.edit(() => {
      const positions = this.#makeRoom(to, ids)
      for (const [at, id] of ids.entries()) this.#setPosition(id, positions[at])
    })
  }

  /** Hides cards; an edit made meanwhile survives inside. */
  deleteCards(ids: readonly string[]): void {
    this.edit(() => {
      for (const id of ids) this.mark(this.card(id))
    })
  }

  restoreCards(ids: readonly string[]): void {
    this.edit(() => {
      for (const id of ids) this.card(id)?.delete('deleted')
    })
  }

  deleteCard(id: string): void {
    this.deleteCards([id])
  }

  restoreCard(id: string): void {
    this.restoreCards([id])
  }

  addColumn(name: string, category: Category = 'todo'): string {
    const id = newPartId()
    const order = this.#columns
    this.edit(() => {
      const rank = this.#keyed(order, order.length)
      this.newPart(this.root('columns'), id, { name: clipTitle(name), category, rank })
    })
    return id
  }

  setColumn(id: string, change: ColumnChange): void {
    const column = this.part('columns', id)
    this.edit(() => {
      if (change.name !== undefined) this.set(column, 'name', clipTitle(change.name))
      if (change.category !== undefined) this.set(column, 'category', change.category)
      if (change.wip !== undefined) this.set(column, 'wip', change.wip)
    })
  }

  renameColumn(id: string, name: string): void {
    this.setColumn(id, { name })
  }

  /** Puts a column before another, or at the end. */
  moveColumn(id: string, before: string | null): void {
    const others = this.#columns.filter((column) => column.id !== id)
    const at = before === null ? others.length : others.findIndex((column) => column.id === before)
    if (at < 0) return
    this.edit(() => this.set(this.part('columns', id), 'rank', this.#keyed(others, at)))
  }

  /** Hides a column; its cards show in the first column of the same category. */
  deleteColumn(id: string): void {
    this.edit(() => this.mark(this.part('columns', id)))
  }

  restoreColumn(id: string): void {
    this.edit(() => this.part('columns', id)?.delete('deleted'))
  }

  addLabel(name: string, color: string): string {
    const id = newPartId()
    this.edit(() => this.newPart(this.root('labels'), id, { name: clipTitle(name), color }))
    return id
  }

  editLabel(id: string, change: { readonly name?: string; readonly color?: string }): void {
    const label = this.part('labels', id)
    this.edit(() => {
      if (change.name !== undefined) this.set(label, 'name', clipTitle(change.name))
      if (change.color !== undefined) this.set(label, 'color', change.color)
    })
  }

  /** Hides a label; the cards that bear it keep it for when it comes back. */
  deleteLabel(id: string): void {
    this.edit(() => this.mark(this.part('labels', id)))
  }

  restoreLabel(id: string): void {
    this.edit(() => this.part('labels', id)?.delete('deleted'))
  }

  /** Makes the board know somebody by name, so that cards can be theirs. */
  addMember(id: string, name: string): void {
    const members = nested(this.root('meta'), 'members')
    if (!members) return
    const known = nested(members, id)
    this.edit(() => {
      if (!known) this.newPart(members, id, { name: clipTitle(name) })
      else if (this.store.snapshot().members.get(id)?.name !== name) this.set(known, 'name', clipTitle(name))
    })
  }

  get #columns(): { id: string; rank: string | null }[] {
    return this.store.snapshot().columns.map((view) => ({ id: view.column.id, rank: view.column.rank }))
  }

  /** A card with everything nested in it, in the caller's transaction. */
  #newCard(id: string, title: string, to: Place, facts: CardFacts, description: Y.XmlFragment): void {
    const [target] = this.#makeRoom(to, [id])
    const position = new Y.Map<unknown>()
    const card = new Y.Map<unknown>()
    const { type = 'task', sprint, assignees = [], labels = [] } = facts
    card.set('type', type)
    card.set('title', new Y.Text(title))
    card.set('description', description)
    card.set('position', position)
    card.set('created', this.stamp())
    for (const name of CARD_MAPS) card.set(name, new Y.Map())
    for (const name of ['points', 'priority', 'start', 'due'] as const) {
      if (facts[name] !== null && facts[name] !== undefined) card.set(name, facts[name])
    }
    if (sprint !== undefined) card.set('plan', { sprint, rank: this.lastPlanRank(sprint) })
    this.root('cards').set(id, card)
    if (target) writePosition(position, target, this.by, this.now)
    for (const user of assignees) this.within(id, 'assignees')?.set(user, true)
    for (const label of labels) this.within(id, 'labels')?.set(label, true)
  }

  /** The rank for a new column at an index; neighbours without room get new ranks. */
  #keyed(order: readonly { id: string; rank: string | null }[], index: number): string {
    const placement = place(
      order.map((column) => column.rank),
      index,
    )
    for (const [at, rank] of placement.rekeyed) this.set(this.part('columns', order[at]?.id ?? ''), 'rank', rank)
    return placement.rank
  }

  /** Positions for cards at a place; cards that leave no gap are put a little further on. */
  #makeRoom(to: Place, moving: readonly string[]): Position[] {
    const view = this.store.snapshot().columns.find(({ column }) => column.id === to.column)
    const order = (view?.cards ?? []).filter((id) => !moving.includes(id))
    const ranks = order.map((id) => this.store.card(id)?.position?.rank ?? null)
    const found = to.before === null ? -1 : order.indexOf(to.before)
    let at = found < 0 ? order.length : found
    for (const id of moving) {
      const placement = place(ranks, at)
      for (const [index, rank] of placement.rekeyed) {
        ranks[index] = rank
        this.#rekey(order[index] ?? '', to.column, rank)
      }
      order.splice(at, 0, id)
      ranks.splice(at, 0, placement.rank)
      at += 1
    }
    return moving.map((id) => ({ column: to.column, lane: null, rank: ranks[order.indexOf(id)] ?? '' }))
  }

  #rekey(id: string, column: string, rank: string): void {
    this.#setPosition(id, { column, lane: this.store.card(id)?.position?.lane ?? null, rank })
  }

  #setPosition(id: string, position: Position | undefined): void {
    const map = this.within(id, 'position')
    if (map && position) writePosition(map, position, this.by, this.now)
  }
}
