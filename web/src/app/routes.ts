// The addresses of the app: read in one place, and made in one place.

/** The ways of looking at one board. */
export const VIEWS = ['board', 'list', 'backlog', 'sprints'] as const
export type View = (typeof VIEWS)[number]

/** What an address under a board shows. */
export interface BoardRoute {
  readonly view: View
  /** The sprint whose record is shown; only under `sprints`. */
  readonly sprint: string | null
  /** The card that is open beside it. */
  readonly card: string | null
}

/** Reads what follows `/b/{board}/`; null when no view has such an address. */
export function parseBoardRoute(rest: string): BoardRoute | null {
  const parts = rest.split('/').filter((part) => part !== '')
  let card: string | null = null
  if (parts.at(-2) === 'c') {
    card = decoded(parts.at(-1) ?? '')
    parts.splice(-2)
  }
  const [name, sprint, ...more] = parts
  if (name === undefined) return { view: 'board', sprint: null, card }
  const view = VIEWS.find((known) => known === name && known !== 'board')
  if (!view || more.length > 0 || (sprint !== undefined && view !== 'sprints')) return null
  return { view, sprint: sprint === undefined ? null : decoded(sprint), card }
}

/** The address of a board, of one of its views, or of a card beside it. */
export function boardPath(board: string, route: Partial<BoardRoute> = {}): string {
  const { view = 'board', sprint = null, card = null } = route
  let path = `/b/${encodeURIComponent(board)}`
  if (view !== 'board') path += `/${view}`
  if (sprint !== null) path += `/${encodeURIComponent(sprint)}`
  return card === null ? path : `${path}/c/${encodeURIComponent(card)}`
}

/** The board that an address is about, and what it shows of it. */
export function routeOf(path: string): { readonly board: string; readonly route: BoardRoute } | null {
  const [, board, rest] = /^\/b\/([^/]+)\/?(.*)$/.exec(path) ?? []
  const route = rest === undefined ? null : parseBoardRoute(rest)
  return board !== undefined && route ? { board: decoded(board), route } : null
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
