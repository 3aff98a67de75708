// The boards there are. What was last seen is kept on this device, so that a known board can be reached offline.

import { isRecord } from '../board/register.ts'
import { Signal } from '../board/signal.ts'
import { currentLanguage } from '../i18n/index.ts'
import { ApiError, api } from './api.ts'
import { recall, remember } from './stored.ts'

export interface BoardLink {
  readonly id: string
  readonly name: string
  readonly isArchived: boolean
  readonly updatedAt: number
}

export type Workspace =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly boards: readonly BoardLink[] }
  | { readonly kind: 'failed'; readonly reason: string }

/** What a new board starts with. */
export const TEMPLATES = ['scrum', 'kanban', 'triage', 'empty'] as const
export type Template = (typeof TEMPLATES)[number]

const STORED = 'calit.boards'
const STORED_FAVOURITES = 'calit.favourites'

export const workspace = new Signal<Workspace>({ kind: 'loading' })

/** The boards marked on this device. */
export const favourites = new Signal<ReadonlySet<string>>(rememberedFavourites())

/** Asks the server; falls back on what this device has seen. */
export async function loadWorkspace(): Promise<void> {
  try {
    const boards = parse(await api('/api/workspace'))
    remember(STORED, JSON.stringify(boards))
    workspace.set({ kind: 'ready', boards })
  } catch (error) {
    const boards = remembered()
    const reason = error instanceof ApiError ? error.message : ''
    workspace.set(boards.length > 0 ? { kind: 'ready', boards } : { kind: 'failed', reason })
  }
}

/** Makes a board and returns its id. */
export async function createBoard(name: string, template: Template): Promise<string> {
  const answer = await api('/api/boards', { method: 'POST', json: { name, template, language: currentLanguage() } })
  const id = isRecord(answer) ? answer['id'] : null
  if (typeof id !== 'string') throw new ApiError('', 500)
  await loadWorkspace()
  return id
}

export async function renameBoard(id: string, name: string): Promise<void> {
  await change(id, { name })
}

export async function archiveBoard(id: string, isArchived: boolean): Promise<void> {
  await change(id, { archived: isArchived })
}

export function setFavourite(id: string, isOn: boolean): void {
  const next = new Set(favourites.get())
  if (isOn) next.add(id)
  else next.delete(id)
  remember(STORED_FAVOURITES, JSON.stringify([...next]))
  favourites.set(next)
}

/** In the order of the switcher: favourites, then the rest by name, archived ones last. */
export function inOrder(boards: readonly BoardLink[], marked: ReadonlySet<string>): readonly BoardLink[] {
  const group = (board: BoardLink): number => (board.isArchived ? 2 : marked.has(board.id) ? 0 : 1)
  const { compare } = new Intl.Collator(currentLanguage(), { numeric: true })
  return [...boards].sort((a, b) => group(a) - group(b) || compare(a.name, b.name))
}

async function change(id: string, json: { name?: string; archived?: boolean }): Promise<void> {
  await api(`/api/boards/${encodeURIComponent(id)}`, { method: 'PATCH', json })
  await loadWorkspace()
}

function parse(answer: unknown): BoardLink[] {
  const list = isRecord(answer) ? answer['boards'] : null
  if (!Array.isArray(list)) return []
  return list.filter(isRecord).flatMap((board) => {
    const { id, name } = board
    if (typeof id !== 'string' || typeof name !== 'string') return []
    const updatedAt = typeof board['updated_at'] === 'number' ? board['updated_at'] : 0
    return [{ id, name, isArchived: board['archived'] === true, updatedAt }]
  })
}

function remembered(): BoardLink[] {
  // In the words of the wire, so that one reader serves both.
  const boards = recalled(STORED).filter(isRecord)
  return parse({
    boards: boards.map((board) => ({ ...board, archived: board['isArchived'], updated_at: board['updatedAt'] })),
  })
}

function rememberedFavourites(): ReadonlySet<string> {
  return new Set(recalled(STORED_FAVOURITES).filter((id) => typeof id === 'string'))
}

function recalled(key: string): unknown[] {
  try {
    const stored: unknown = JSON.parse(recall(key) ?? '[]')
    return Array.isArray(stored) ? stored : []
  } catch {
    return []
  }
}
