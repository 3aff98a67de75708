// The boards there are. What was last seen is kept on this device, so that a known board can be reached offline.

import { isRecord } from '../board/register.ts'
import { Signal } from '../board/signal.ts'
import { recall, remember } from './stored.ts'

export interface BoardLink {
  readonly id: string
  readonly name: string
}

export type Workspace =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly boards: readonly BoardLink[] }
  | { readonly kind: 'failed'; readonly reason: string }

const STORED = 'calit.boards'

export const workspace = new Signal<Workspace>({ kind: 'loading' })

/** Asks the server; falls back on what this device has seen. */
export async function loadWorkspace(): Promise<void> {
  try {
    const response = await fetch('/api/workspace', { headers: { accept: 'application/json' } })
    const answer: unknown = await response.json()
    if (!response.ok) throw new Error(problemOf(answer))
    const boards = parse(answer)
    remember(STORED, JSON.stringify(boards))
    workspace.set({ kind: 'ready', boards })
  } catch (error) {
    const boards = remembered()
    const reason = error instanceof Error && !(error instanceof TypeError) ? error.message : ''
    workspace.set(boards.length > 0 ? { kind: 'ready', boards } : { kind: 'failed', reason })
  }
}

function parse(answer: unknown): BoardLink[] {
  const list = isRecord(answer) ? answer['boards'] : null
  if (!Array.isArray(list)) return []
  return list.filter(isRecord).flatMap((board) => {
    const { id, name } = board
    return typeof id === 'string' && typeof name === 'string' ? [{ id, name }] : []
  })
}

function remembered(): BoardLink[] {
  try {
    return parse({ boards: JSON.parse(recall(STORED) ?? '[]') })
  } catch {
    return []
  }
}

function problemOf(answer: unknown): string {
  const text = isRecord(answer) ? (answer['detail'] ?? answer['title']) : null
  return typeof text === 'string' ? text : ''
}
