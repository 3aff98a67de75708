// The board as one person looks at it: the columns with the cards that their filter lets through, and what they have
// folded away. Only the order and the cards of the document count for everybody; this is theirs alone.
//
// Promises: a column whose shown cards did not change is the same object; without a filter nothing is copied or tested.

import { recall, remember } from '../app/stored.ts'
import { type BoardSnapshot, type BoardStore, type ColumnView, isShown } from './board-store.ts'
import { type Filter, matcher, NO_FILTER } from './filter.ts'
import { type Lane, lanesOf } from './lanes.ts'
import type { CardData } from './read.ts'
import { Signal } from './signal.ts'

/** A column as it is looked at. */
export interface ShownColumn extends ColumnView {
  /** With all of its cards: limits count those. */
  readonly full: ColumnView
}

export interface Shown {
  readonly columns: readonly ShownColumn[]
  readonly count: number
  readonly total: number
}

/** Where a card stands among those that are shown: in a column, or in a lane's part of it. */
export interface Spot {
  /** Which column, of those that are shown. */
  readonly at: number
  readonly lane: Lane | null
  readonly cards: readonly string[]
  readonly index: number
}

const STORED = 'calit.folded.'

export class Lens {
  readonly #store: BoardStore
  readonly #listeners = new Set<() => void>()
  readonly #stop: () => void
  readonly #storedAs: string
  /** Columns and lanes that are folded away on this device. */
  readonly folded: Signal<ReadonlySet<string>>
  #filter: Filter = NO_FILTER
  #test: ((card: CardData) => boolean) | null = null
  #verdicts = new WeakMap<CardData, boolean>()
  /** Cards made here since the filter was set: they stay in sight, whatever it says. */
  #kept = new Set<string>()
  #from: BoardSnapshot
  #shown: Shown
  #lanes: { readonly of: Shown; readonly lanes: readonly Lane[] } | null = null

  constructor(store: BoardStore, board: string) {
    this.#store = store
    this.#storedAs = STORED + board
    this.folded = new Signal<ReadonlySet<string>>(new Set((recall(this.#storedAs) ?? '').split(' ').filter(Boolean)))
    this.#from = store.snapshot()
    this.#retest()
    this.#shown = this.#look([])
    this.#stop = store.subscribe(() => this.#changed())
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly shown = (): Shown => this.#shown

  readonly filter = (): Filter => this.#filter

  setFilter(filter: Filter): void {
    if (JSON.stringify(filter) === JSON.stringify(this.#filter)) return
    this.#filter = filter
    this.#kept.clear()
    this.#retest()
    this.#publish()
  }

  /** Keeps a card in sight until the filter is changed. */
  keep(id: string): void {
    if (!this.#test) return
    this.#kept.add(id)
    this.#publish()
  }

  fold(id: string, isFolded: boolean): void {
    if (this.folded.get().has(id) === isFolded) return
    const next = new Set(this.folded.get())
    if (isFolded) next.add(id)
    else next.delete(id)
    remember(this.#storedAs, [...next].join(' '))
    this.folded.set(next)
  }

  /** Where a card stands among those that are shown. */
  where(id: string): { view: ShownColumn; index: number } | null {
    const home = this.#store.columnOf(id)?.column.id
    const view = this.#shown.columns.find((shown) => shown.column.id === home)
    const index = view?.cards.indexOf(id) ?? -1
    return view && index >= 0 ? { view, index } : null
  }

  /** The lanes, when the cards are grouped. */
  lanes(): readonly Lane[] | null {
    const { group } = this.#filter
    if (!group) return null
    if (this.#lanes?.of !== this.#shown) {
      this.#lanes = { of: this.#shown, lanes: lanesOf(this.#shown.columns, group, this.#store) }
    }
    return this.#lanes.lanes
  }

  spot(id: string): Spot | null {
    const home = this.#store.columnOf(id)?.column.id
    const at = this.#shown.columns.findIndex((shown) => shown.column.id === home)
    const lanes = this.lanes()
    const lane = lanes?.find(({ cells }) => cells[at]?.includes(id)) ?? null
    const cards = (lane ? lane.cells[at] : this.#shown.columns[at]?.cards) ?? []
    const index = cards.indexOf(id)
    return index < 0 ? null : { at, lane, cards, index }
  }

  destroy(): void {
    this.#stop()
    this.#listeners.clear()
  }

  #changed(): void {
    const before = this.#from
    this.#from = this.#store.snapshot()
    if (this.#from === before) return
    const isSame =
      before.sprints === this.#from.sprints &&
      before.labels === this.#from.labels &&
      before.key === this.#from.key &&
      before.columns.length === this.#from.columns.length &&
      before.columns.every((view, at) => view.column === this.#from.columns[at]?.column)
    if (!isSame) this.#retest()
    this.#publish()
  }

  #retest(): void {
    this.#test = matcher(this.#filter, this.#from, Date.now())
    this.#verdicts = new WeakMap()
  }

  #publish(): void {
    this.#shown = this.#look(this.#shown.columns)
    for (const listener of this.#listeners) listener()
  }

  #look(before: readonly ShownColumn[]): Shown {
    const columns = this.#from.columns.map((full, at) => {
      const last = before[at]
      if (!this.#test) return last?.full === full && last.cards === full.cards ? last : { ...full, full }
      const cards = full.cards.filter((id) => this.#isLetThrough(id))
      const points = cards.reduce((sum, id) => sum + (this.#store.card(id)?.points ?? 0), 0)
      const isSame =
        last?.full === full &&
        last.points === points &&
        last.cards.length === cards.length &&
        cards.every((id, index) => last.cards[index] === id)
      return isSame ? last : { ...full, cards, points, full }
    })
    const count = columns.reduce((sum, view) => sum + view.cards.length, 0)
    return { columns, count, total: columns.reduce((sum, { full }) => sum + full.cards.length, 0) }
  }

  #isLetThrough(id: string): boolean {
    if (this.#kept.has(id)) return true
    const card = this.#store.card(id)
    if (!card || !isShown(card) || !this.#test) return false
    let verdict = this.#verdicts.get(card)
    if (verdict === undefined) {
      verdict = this.#test(card)
      this.#verdicts.set(card, verdict)
    }
    return verdict
  }
}
