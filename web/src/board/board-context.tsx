// What the parts of one open board share: the store, the edits, who is here, and what is in the hand.
// The shared object itself never changes while a board is open; what changes is in stores and signals.

import { equalityDeep } from 'lib0/function'
import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import * as Y from 'yjs'
import type { FieldMenuRequest } from '../fields/request.ts'
import { currentMe } from '../presence/me.ts'
import type { Drag, PeopleStore, Person } from '../presence/people.ts'
import type { DocumentSession } from '../sync/index.ts'
import { type BoardSnapshot, BoardStore, type ColumnView } from './board-store.ts'
import { BoardEdits, type Place } from './edits.ts'
import type { Filter } from './filter.ts'
import { Lens, type Shown } from './lens.ts'
import type { CardData } from './read.ts'
import { Signal } from './signal.ts'
import { OWN_EDIT } from './writer.ts'

/** Something that is being dragged at this screen, and where it would land. */
export type Hand =
  | { readonly kind: 'card'; readonly cards: readonly string[]; readonly to: Target | null }
  | { readonly kind: 'column'; readonly column: string; readonly before: string | null; readonly isPlaced: boolean }

/** Where cards would land; with lanes also in which one. */
export interface Target extends Place {
  readonly lane?: string
}

/** What can lie over the board. */
export type Panel = { readonly kind: 'wip'; readonly column: string } | { readonly kind: 'archive' | 'filters' }

/** The field for a new card: in which column, and at which end. */
export interface NewCard {
  readonly column: string
  readonly at: 'top' | 'bottom'
  readonly lane?: string
}

export class BoardModel {
  /** The document's name. */
  readonly id: string
  readonly session: DocumentSession
  readonly people: PeopleStore
  readonly store: BoardStore
  readonly edits: BoardEdits
  readonly undo: Y.UndoManager
  /** How the board is looked at here. */
  readonly lens: Lens

  readonly hand = new Signal<Hand | null>(null)
  /** The card that Tab reaches. */
  readonly focused = new Signal<string | null>(null)
  readonly renaming = new Signal<string | null>(null)
  readonly newCard = new Signal<NewCard | null>(null)
  readonly moveMenu = new Signal<string | null>(null)
  /** The menu of a field, for one card or many. */
  readonly fieldMenu = new Signal<FieldMenuRequest | null>(null)
  readonly selected = new Signal<ReadonlySet<string>>(new Set())
  /** Where choosing began, for Shift. */
  selectedFrom: string | null = null
  /** A dialog over the board. */
  readonly panel = new Signal<Panel | null>(null)
  /** The card that is looked at without being opened. */
  readonly peeked = new Signal<string | null>(null)
  readonly open = new Signal<string | null>(null)
  readonly canEdit = new Signal(false)
  /** The client whose view I follow. */
  readonly following = new Signal<number | null>(null)
  /** How each column brings one of its cards into view. */
  readonly scrollers = new Map<string, (index: number, align?: 'start') => void>()

  /** Goes to a card's address, or back to the board's. */
  openCard: (id: string | null) => void = () => {}

  /** Looks at the board through a filter, which goes into the address. */
  look: (filter: Filter) => void = () => {}

  clearFilter: () => void = () => {}

  constructor(session: DocumentSession, people: PeopleStore, authorId: string, id = '') {
    this.id = id
    this.session = session
    this.people = people
    this.store = new BoardStore(session.document)
    this.edits = new BoardEdits(this.store, { id: authorId, now: () => Date.now(), me: currentMe })
    this.lens = new Lens(this.store, id)
    // Each edit is whole (a move, a title), so each is undone by itself however fast they follow.
    const roots = ['cards', 'columns', 'sprints', 'labels'].map((name) => session.document.getMap(name))
    this.undo = new Y.UndoManager(roots, { trackedOrigins: new Set([OWN_EDIT]), captureTimeout: 0 })
  }

  destroy(): void {
    this.undo.destroy()
    this.lens.destroy()
    this.store.destroy()
    this.people.destroy()
  }
}

const Context = createContext<BoardModel | null>(null)

export const BoardProvider = Context.Provider

export function useBoard(): BoardModel {
  const model = useContext(Context)
  if (!model) throw new Error('useBoard is for the parts of a board')
  return model
}

export function useSnapshot(): BoardSnapshot {
  const { store } = useBoard()
  return useSyncExternalStore(store.subscribe, store.snapshot)
}

/** A part of the snapshot that keeps its identity; painted again only when that part changes. */
export function useSnapshotPart<Part>(select: (snapshot: BoardSnapshot) => Part): Part {
  const { store } = useBoard()
  return useSyncExternalStore(store.subscribe, () => select(store.snapshot()))
}

/** The columns as they are looked at here. */
export function useShown(): Shown {
  const { lens } = useBoard()
  return useSyncExternalStore(lens.subscribe, lens.shown)
}

/** One card; painted again only when that card changes. */
export function useCardData(id: string): CardData | null {
  const { store } = useBoard()
  return useSyncExternalStore(store.subscribe, () => store.card(id))
}

/** A part of who is here; painted again only when that part changes. */
export function usePeople<Part>(select: (people: readonly Person[]) => Part): Part {
  const { people } = useBoard()
  const last = useRef<Part | undefined>(undefined)
  return useSyncExternalStore(people.subscribe, () => {
    const next = select(people.people())
    if (last.current === undefined || !equalityDeep(last.current, next)) last.current = next
    return last.current
  })
}

export type Dragging = Person & { readonly drag: Drag }

/** Whether somebody else is dragging something. */
export function isDragging(person: Person): person is Dragging {
  return !person.isMe && person.drag !== null
}

/** Where a card stands now. */
export function whereIs(store: BoardStore, id: string): { view: ColumnView; index: number } | null {
  const view = store.columnOf(id)
  return view ? { view, index: view.cards.indexOf(id) } : null
}

/** Says true once the wait is over, for what must not flash up. */
export function useLate(delayMs: number): boolean {
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), delayMs)
    return () => clearTimeout(timer)
  }, [delayMs])
  return isLate
}
