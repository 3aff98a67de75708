// What the palette offers to do. Parts of the app add what they can do by `registerActions`; nothing here knows them.

import type { BoardModel } from '../board/board-context.tsx'

/** What lies open when the palette is opened. */
export interface Context {
  readonly board: BoardModel | null
  /** Its id, for addresses. */
  readonly boardId: string | null
  /** The cards that an action is for: the chosen ones, the open one, or the one with the focus. */
  readonly cards: readonly string[]
  readonly canEdit: boolean
  readonly go: (path: string) => void
}

export interface Action {
  /** The same each time: what was used last is remembered by it. */
  readonly id: string
  readonly words: string
  /** Beside the words, quietly. */
  readonly detail?: string
  /** Also found by these. */
  readonly also?: string
  /** The key that does the same. */
  readonly hint?: string
  /** An address: it can be opened in a window of its own. */
  readonly path?: string
  /** Offered without anything typed. */
  readonly isFirst?: boolean
  readonly run: () => void
}

export type Provider = (context: Context) => readonly Action[]

const providers = new Set<Provider>()

/** Adds actions; returns how to take them away again. */
export function registerActions(provider: Provider): () => void {
  providers.add(provider)
  return () => providers.delete(provider)
}

export function actionsOf(context: Context): Action[] {
  return [...providers].flatMap((provider) => provider(context))
}
