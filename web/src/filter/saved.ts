// Filters that a person keeps for a board, on this device.

import { recall, remember } from '../app/stored.ts'
import type { BoardModel } from '../board/board-context.tsx'
import { parseFilter } from '../board/filter.ts'
import { isRecord } from '../board/register.ts'
import { Signal } from '../board/signal.ts'

export interface SavedFilter {
  readonly name: string
  readonly query: string
}

const STORED = 'calit.filters.'
const SAVED_MAX = 30

const perBoard = new WeakMap<BoardModel, Signal<readonly SavedFilter[]>>()

export function savedFilters(board: BoardModel): Signal<readonly SavedFilter[]> {
  let signal = perBoard.get(board)
  if (!signal) {
    signal = new Signal<readonly SavedFilter[]>(load(board.id))
    perBoard.set(board, signal)
  }
  return signal
}

/** Keeps a filter under a name, in place of an older one of that name. */
export function saveFilter(board: BoardModel, name: string, query: string): void {
  const others = savedFilters(board)
    .get()
    .filter((saved) => saved.name !== name)
  store(board, [...others, { name, query }].slice(-SAVED_MAX))
}

export function forgetFilter(board: BoardModel, name: string): void {
  store(
    board,
    savedFilters(board)
      .get()
      .filter((saved) => saved.name !== name),
  )
}

export function applySaved(board: BoardModel, query: string): void {
  board.look(parseFilter(query))
}

function store(board: BoardModel, filters: readonly SavedFilter[]): void {
  remember(STORED + board.id, JSON.stringify(filters))
  savedFilters(board).set(filters)
}

function load(board: string): SavedFilter[] {
  try {
    const stored: unknown = JSON.parse(recall(STORED + board) ?? '[]')
    if (!Array.isArray(stored)) return []
    return stored
      .filter(isRecord)
      .flatMap(({ name, query }) => (typeof name === 'string' && typeof query === 'string' ? [{ name, query }] : []))
  } catch {
    return []
  }
}
