// What the parts of one open board share: the store, the edits, who is here, and what is in the hand.

import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import * as Y from 'yjs'
import type { Drag, PeopleStore, Person } from '../presence/people.ts'
import type { DocumentSession } from '../sync/index.ts'
import { BoardEdits, OWN_EDIT, type Place } from './edits.ts'
import { type BoardSnapshot, BoardStore, type ColumnView } from './board-store.ts'
import type { CardData } from './read.ts'

/** One's edits within this time are undone as one. */
const UNDO_GROUP_MS = 400

/** Something that is being dragged at this screen, and where it would land. */
export type Hand = { readonly kind: 'card'; readonly card: string; readonly to: Place | null } | {
  readonly kind: 'column'
  readonly column: string
  readonly before: string | null
}

export interface BoardModel {
  readonly session: DocumentSession
  readonly store: BoardStore
  readonly edits: BoardEdits
  readonly undo: Y.UndoManager
  readonly people: PeopleStore
}

export interface BoardShared extends BoardModel {
  readonly canEdit: boolean
  readonly hand: Hand | null
  readonly takeInHand: (hand: Hand | null) => void
  readonly openCard: (id: string) => void
  readonly openCardId: string | null
  /** Puts the keyboard's focus on a card, scrolling to it. */
  readonly focusCard: (id: string) => void
  /** The card that Tab reaches. */
  readonly focusedCard: string | null
  readonly setFocusedCard: (id: string) => void
  readonly moveMenuFor: (id: string) => void
}

const Context = createContext<BoardShared | null>(null)

export const BoardProvider = Context.Provider

export function useBoard(): BoardShared {
  const shared = useContext(Context)
  if (!shared) throw new Error('useBoard is for the parts of a board')
  return shared
}

/** Makes the model of an open document; freed when the document changes or the view goes. */
export function useBoardModel(session: DocumentSession, people: PeopleStore, authorId: string): BoardModel | null {
  const [model, setModel] = useState<BoardModel | null>(null)
  useEffect(() => {
    const store = new BoardStore(session.document)
    const edits = new BoardEdits(store, { id: authorId, now: () => Date.now() })
    const roots = ['cards', 'columns'].map((name) => session.document.getMap(name))
    const undo = new Y.UndoManager(roots, { trackedOrigins: new Set([OWN_EDIT]), captureTimeout: UNDO_GROUP_MS })
    setModel({ session, store, edits, undo, people })
    return () => {
      undo.destroy()
      store.destroy()
      setModel(null)
    }
  }, [session, people, authorId])
  return model
}

export function useSnapshot(store: BoardStore): BoardSnapshot {
  return useSyncExternalStore(store.subscribe, store.snapshot)
}

/** One card; painted again only when that card changes. */
export function useCardData(store: BoardStore, id: string): CardData | null {
  return useSyncExternalStore(store.subscribe, () => store.card(id))
}

export function usePeople(people: PeopleStore): readonly Person[] {
  return useSyncExternalStore(people.subscribe, people.people)
}

/** Others who have a card open. */
export function useViewers(id: string): readonly Person[] {
  const { people } = useBoard()
  const all = usePeople(people)
  return useMemo(() => all.filter((person) => !person.isMe && person.focusCard === id), [all, id])
}

/** Others' drags. */
export function useForeignDrags(): readonly (Person & { drag: Drag })[] {
  const { people } = useBoard()
  const all = usePeople(people)
  return useMemo(() => all.filter((person): person is Person & { drag: Drag } => !person.isMe && person.drag !== null), [all])
}

/** The column that shows a card, and where it stands in it. */
export function whereIs(store: BoardStore, id: string): { view: ColumnView; index: number } | null {
  const view = store.columnOf(id)
  return view ? { view, index: view.cards.indexOf(id) } : null
}
