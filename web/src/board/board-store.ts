// The board as views read it: one normalised copy of the document, kept up to date by what changed.
//
// Promises: only what was touched gets a new object, so only that is painted again; a move costs a binary search in two
// columns, whatever the size of the board. The rules of reading are those of `src/board/layout.rs`.

import * as Y from 'yjs'
import { COLORS } from '../presence/colors.ts'
import { asFlag, asNumber, asText, type Parse, Part } from './fields.ts'
import { isPartId } from './ids.ts'
import { compare, compareRanks } from './rank.ts'
import {
  type CardData,
  type ColumnData,
  type Label,
  type Link,
  maps,
  readCard,
  readColumn,
  readLabel,
  readSprint,
  type SprintData,
} from './read.ts'

/** A live column with the cards it shows, in order. */
export interface ColumnView {
  readonly column: ColumnData
  readonly cards: readonly string[]
  readonly points: number
}

/** Somebody whom the board names, in a colour that no other of the first twelve has. */
export interface Member {
  readonly name: string
  readonly color: number
}

/** What the views read. Each is the same object until it changes. */
export interface BoardSnapshot {
  readonly name: string
  readonly key: string | null
  readonly isArchived: boolean
  readonly columns: readonly ColumnView[]
  /** Live ones: those under way by their first day, then planned ones, then closed ones, newest first. */
  readonly sprints: readonly SprintData[]
  /** Live ones. */
  readonly labels: ReadonlyMap<string, Label>
  readonly members: ReadonlyMap<string, Member>
}

const EMPTY: BoardSnapshot = {
  name: '',
  key: null,
  isArchived: false,
  columns: [],
  sprints: [],
  labels: new Map(),
  members: new Map(),
}

/** Whether a card stands on the board: archived and deleted ones can be brought back, but are not shown. */
export function isShown(card: CardData): boolean {
  return !card.isDeleted && !card.isArchived
}

const asColor: Parse<number> = (value) => {
  const color = asNumber(value)
  return color !== undefined && Number.isInteger(color) && color >= 1 && color <= COLORS ? color : undefined
}

export class BoardStore {
  readonly document: Y.Doc
  readonly #cards = new Map<string, CardData>()
  readonly #shownIn = new Map<string, string>()
  readonly #listeners = new Set<() => void>()
  readonly #cardListeners = new Set<(ids: ReadonlySet<string>) => void>()
  readonly #roots: readonly [Y.Map<unknown>, (events: Y.YEvent<Y.AbstractType<unknown>>[]) => void][]
  #homes = new Map<string, string>()
  /** What is worked out from all cards when it is asked for; thrown away when a card changes. */
  #planned: Map<string | null, string[]> | null = null
  #backLinks: Map<string, (Link & { readonly from: string })[]> | null = null
  #snapshot: BoardSnapshot

  constructor(document: Y.Doc) {
    this.document = document
    this.#snapshot = EMPTY
    const root = (name: string): Y.Map<unknown> => document.getMap(name)
    this.#roots = [
      [root('cards'), (events) => this.#cardsChanged(events)],
      [root('columns'), () => this.#columnsChanged()],
      [root('sprints'), () => this.#sprintsChanged()],
      [root('labels'), () => this.#labelsChanged()],
      [root('meta'), () => this.#metaChanged()],
    ]
    for (const [id, map] of maps(root('cards'))) this.#cards.set(id, readCard(id, map))
    this.#columnsChanged()
    this.#sprintsChanged()
    this.#labelsChanged()
    this.#metaChanged()
    for (const [map, listener] of this.#roots) map.observeDeep(listener as never)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells which cards a transaction touched. */
  onCards(listener: (ids: ReadonlySet<string>) => void): () => void {
    this.#cardListeners.add(listener)
    return () => this.#cardListeners.delete(listener)
  }

  readonly snapshot = (): BoardSnapshot => this.#snapshot

  /** A card, deleted ones too. */
  card(id: string): CardData | null {
    return this.#cards.get(id) ?? null
  }

  /** Every card, archived and deleted ones too. */
  cards(): Iterable<CardData> {
    return this.#cards.values()
  }

  /** The shown cards of a sprint in the order of planning; null is the backlog, whatever sprint is not there any more. */
  planned(sprint: string | null): readonly string[] {
    this.#planned ??= this.#plannedAnew()
    return this.#planned.get(sprint) ?? []
  }

  /** What orders a card in planning: what it was never planned by, its rank on the board stands in for. */
  planningRank(id: string): string | null {
    const card = this.#cards.get(id)
    return card?.plan.rank ?? card?.position?.rank ?? null
  }

  /** The links that shown cards have to this one. */
  linksTo(id: string): readonly (Link & { readonly from: string })[] {
    this.#backLinks ??= this.#backLinksAnew()
    return this.#backLinks.get(id) ?? []
  }

  /** A card's description, which an editor binds to. */
  description(id: string): Y.XmlFragment | null {
    const card = this.document.getMap('cards').get(id)
    const fragment = card instanceof Y.Map ? card.get('description') : null
    // Y.XmlElement is a fragment too, but is no description.
    return fragment instanceof Y.XmlFragment && fragment.constructor === Y.XmlFragment ? fragment : null
  }

  /** The live column that shows a card. */
  columnOf(id: string): ColumnView | null {
    const column = this.#shownIn.get(id)
    return this.#snapshot.columns.find((view) => view.column.id === column) ?? null
  }

  destroy(): void {
    for (const [map, listener] of this.#roots) map.unobserveDeep(listener as never)
    this.#listeners.clear()
  }

  #cardsChanged(events: Y.YEvent<Y.AbstractType<unknown>>[]): void {
    const touched = new Set<string>()
    this.#planned = null
    this.#backLinks = null
    for (const event of events) {
      const [id] = event.path
      if (typeof id === 'string') touched.add(id)
      else for (const key of event.keys.keys()) touched.add(key)
    }
    const columns = new Map<string, string[]>()
    const root = this.document.getMap('cards')
    for (const id of touched) {
      if (!isPartId(id)) continue
      const map = root.get(id)
      this.#take(columns, id)
      if (map instanceof Y.Map) this.#cards.set(id, readCard(id, map))
      else this.#cards.delete(id)
      this.#put(columns, id)
    }
    this.#publish({ columns: this.#withCards(columns, touched) })
    for (const listener of this.#cardListeners) listener(touched)
  }

  /** Takes a card out of the column that shows it; `columns` gathers the changed orders. */
  #take(columns: Map<string, string[]>, id: string): void {
    const home = this.#shownIn.get(id)
    if (home === undefined) return
    const order = this.#orderOf(columns, home)
    const found = this.#indexIn(order, id)
    const at = order[found] === id ? found : order.indexOf(id)
    if (at >= 0) order.splice(at, 1)
    this.#shownIn.delete(id)
  }

  #put(columns: Map<string, string[]>, id: string): void {
    const card = this.#cards.get(id)
    const home = card && isShown(card) ? this.#homeOf(card) : null
    if (home === null) return
    const order = this.#orderOf(columns, home)
    order.splice(this.#indexIn(order, id), 0, id)
    this.#shownIn.set(id, home)
  }

  #orderOf(columns: Map<string, string[]>, home: string): string[] {
    let order = columns.get(home)
    if (!order) {
      order = [...(this.#snapshot.columns.find((view) => view.column.id === home)?.cards ?? [])]
      columns.set(home, order)
    }
    return order
  }

  /** Where a card stands in an order, or would stand. */
  #indexIn(order: readonly string[], id: string): number {
    let low = 0
    let high = order.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#compare(order[middle] ?? '', id) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  #compare(a: string, b: string): number {
    const rank = (id: string): string | null => this.#cards.get(id)?.position?.rank ?? null
    return compareRanks(rank(a), rank(b)) || compare(a, b)
  }

  #homeOf(card: CardData): string | null {
    const own = card.position ? this.#homes.get(card.position.column) : undefined
    return own ?? this.#snapshot.columns[0]?.column.id ?? null
  }

  #withCards(orders: Map<string, string[]>, touched: ReadonlySet<string>): readonly ColumnView[] {
    return this.#snapshot.columns.map((view) => {
      const order = orders.get(view.column.id)
      if (!order) return view
      const isSame = order.length === view.cards.length && order.every((id, at) => view.cards[at] === id)
      const cards = isSame ? view.cards : order
      const points = this.#pointsOf(cards)
      // A card that changed in place is painted by itself.
      return isSame && points === view.points && touched.size > 0 ? view : { ...view, cards, points }
    })
  }

  /** Columns change rarely: everything is placed anew. */
  #columnsChanged(): void {
    const all = maps(this.document.getMap('columns')).map(([id, map]) => readColumn(id, map))
    all.sort((a, b) => compareRanks(a.rank, b.rank) || compare(a.id, b.id))
    const live = all.filter((column) => !column.isDeleted)
    this.#homes = new Map(live.map((column) => [column.id, column.id]))
    for (const gone of all) {
      const heir = gone.isDeleted ? live.find((column) => column.category === gone.category) : undefined
      if (heir) this.#homes.set(gone.id, heir.id)
    }
    const orders = new Map<string, string[]>(live.map((column) => [column.id, []]))
    this.#shownIn.clear()
    this.#snapshot = { ...this.#snapshot, columns: live.map((column) => ({ column, cards: [], points: 0 })) }
    for (const card of this.#cards.values()) {
      const home = isShown(card) ? this.#homeOf(card) : null
      if (home === null) continue
      orders.get(home)?.push(card.id)
      this.#shownIn.set(card.id, home)
    }
    const columns = live.map((column) => {
      const cards = (orders.get(column.id) ?? []).sort((a, b) => this.#compare(a, b))
      return { column, cards, points: this.#pointsOf(cards) }
    })
    this.#publish({ columns })
  }

  #sprintsChanged(): void {
    const sprints = maps(this.document.getMap('sprints')).map(([id, map]) => readSprint(id, map))
    this.#planned = null
    this.#publish({ sprints: sprints.filter((sprint) => !sprint.isDeleted).sort(compareSprints) })
  }

  #labelsChanged(): void {
    const labels = maps(this.document.getMap('labels')).map(([id, map]) => readLabel(id, map))
    const live = labels.filter((label) => !label.isDeleted)
    this.#publish({ labels: new Map(live.map((label) => [label.id, label])) })
  }

  #metaChanged(): void {
    const meta = this.document.getMap<unknown>('meta')
    const part = new Part(meta)
    const members = new Map<string, Member>()
    const people = meta.get('members')
    if (people instanceof Y.Map) {
      const known = maps(people).sort(([a], [b]) => compare(a, b))
      // Whoever chose no colour has one by their place among those, which newcomers with a colour do not shift.
      let at = 0
      for (const [id, person] of known) {
        const said = new Part(person)
        const chosen = said.field('color', asColor)
        members.set(id, { name: said.field('name', asText) ?? id, color: chosen ?? 1 + (at++ % COLORS) })
      }
    }
    this.#publish({
      name: part.field('name', asText) ?? '',
      key: part.field('key', asText),
      isArchived: part.field('archived', asFlag) === true,
      members,
    })
  }

  #plannedAnew(): Map<string | null, string[]> {
    const planned = new Map<string | null, string[]>([[null, []]])
    for (const sprint of this.#snapshot.sprints) planned.set(sprint.id, [])
    for (const card of this.#cards.values()) {
      if (isShown(card)) (planned.get(card.plan.sprint) ?? planned.get(null))?.push(card.id)
    }
    const byRank = (a: string, b: string): number =>
      compareRanks(this.planningRank(a), this.planningRank(b)) || compare(a, b)
    for (const ids of planned.values()) ids.sort(byRank)
    return planned
  }

  #backLinksAnew(): Map<string, (Link & { readonly from: string })[]> {
    const found = new Map<string, (Link & { readonly from: string })[]>()
    for (const card of this.#cards.values()) {
      if (!isShown(card)) continue
      for (const link of card.links) found.set(link.to, [...(found.get(link.to) ?? []), { ...link, from: card.id }])
    }
    return found
  }

  #pointsOf(cards: readonly string[]): number {
    return cards.reduce((sum, id) => sum + (this.#cards.get(id)?.points ?? 0), 0)
  }

  #publish(change: Partial<BoardSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change }
    for (const listener of this.#listeners) listener()
  }
}

const STATES = ['active', 'planned', 'closed'] as const

function compareSprints(a: SprintData, b: SprintData): number {
  const byState = STATES.indexOf(a.state) - STATES.indexOf(b.state)
  if (byState !== 0) return byState
  const day = (sprint: SprintData): string => sprint.start ?? '9999'
  const byTime =
    a.state === 'closed'
      ? (b.completedAt ?? 0) - (a.completedAt ?? 0)
      : compare(day(a), day(b)) || compare(a.name, b.name)
  return byTime || compare(a.id, b.id)
}
