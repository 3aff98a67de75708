// Which cards a person wants to see, and how they want them grouped. It stands in the address, so it is personal: it
// can be shared as a link and never moves anybody else's view. Within one kind any value will do; kinds add up.

import { textMatcher } from '../app/search.ts'
import type { BoardSnapshot } from './board-store.ts'
import { CARD_TYPES, type CardData, type CardType } from './read.ts'

export const DUES = ['late', 'today', 'week', 'none'] as const
export type DueRange = (typeof DUES)[number]

export const GROUPS = ['assignee', 'label', 'type'] as const
export type Group = (typeof GROUPS)[number]

/** Stands among people and labels for cards that have none, and among sprints for cards in none. */
export const NONE = 'none'

export interface Filter {
  readonly q: string
  /** Members, or `none`. */
  readonly who: readonly string[]
  readonly label: readonly string[]
  /** Sprints, or `none`. `current`: those under way, and the backlog's column; `all`: no matter which. */
  readonly sprint: 'current' | 'all' | readonly string[]
  readonly type: readonly CardType[]
  readonly due: DueRange | null
  readonly group: Group | null
}

export const NO_FILTER: Filter = { q: '', who: [], label: [], sprint: 'current', type: [], due: null, group: null }

const QUERY_MAX = 200
const WEEK_DAYS = 7
const DAY_MS = 86_400_000

export function parseFilter(search: string): Filter {
  const query = new URLSearchParams(search)
  const list = (name: string): string[] => [...new Set((query.get(name) ?? '').split(',').filter(Boolean))]
  const sprint = list('sprint')
  return {
    q: (query.get('q') ?? '').slice(0, QUERY_MAX),
    who: list('who'),
    label: list('label'),
    sprint: sprint.length === 0 ? 'current' : sprint.includes('all') ? 'all' : sprint,
    type: CARD_TYPES.filter((type) => list('type').includes(type)),
    due: DUES.find((due) => due === query.get('due')) ?? null,
    group: GROUPS.find((group) => group === query.get('group')) ?? null,
  }
}

/** The query of the address: `''`, or `?` and what differs from seeing everything as it comes. */
export function filterQuery(filter: Filter): string {
  const query = new URLSearchParams()
  const set = (name: string, value: string): void => (value === '' ? undefined : query.set(name, value))
  set('q', filter.q.trim())
  set('who', filter.who.join(','))
  set('label', filter.label.join(','))
  set('sprint', typeof filter.sprint === 'string' ? (filter.sprint === 'all' ? 'all' : '') : filter.sprint.join(','))
  set('type', filter.type.join(','))
  set('due', filter.due ?? '')
  set('group', filter.group ?? '')
  const text = query.toString().replaceAll('%2C', ',')
  return text === '' ? '' : `?${text}`
}

/** Whether anything was chosen; the sprint that a board shows by itself is no choice. */
export function isFiltering({ q, who, label, sprint, type, due }: Filter): boolean {
  const isSprint = sprint !== 'current' && sprint !== 'all'
  return q.trim() !== '' || who.length > 0 || label.length > 0 || isSprint || type.length > 0 || due !== null
}

/** A filter without its choices; how cards are grouped is kept. */
export function cleared(filter: Filter): Filter {
  return { ...NO_FILTER, sprint: 'all', group: filter.group }
}

/** Whether a filter lets a card through. For many cards make one `matcher`. */
export function matches(card: CardData, filter: Filter, snapshot: BoardSnapshot, now = Date.now()): boolean {
  return matcher(filter, snapshot, now)?.(card) ?? true
}

type Test = (card: CardData) => boolean

/** The test that a filter comes to; null when it lets every card through. */
export function matcher(filter: Filter, snapshot: BoardSnapshot, now: number): Test | null {
  const tests: Test[] = []
  const { who, label, type, due, q } = filter
  const sprint = sprintTest(filter.sprint, snapshot)
  if (sprint) tests.push(sprint)
  if (who.length > 0) tests.push((card) => isAmong(card.assignees, who))
  if (label.length > 0) tests.push((card) => isAmong(card.labels, label))
  if (type.length > 0) tests.push((card) => type.includes(card.type))
  if (due) tests.push(dueTest(due, now))
  if (q.trim() !== '') {
    const isFound = textMatcher(q)
    tests.push((card) => isFound(textOf(card, snapshot)))
  }
  return tests.length === 0 ? null : (card) => tests.every((test) => test(card))
}

function isAmong(own: readonly string[], wanted: readonly string[]): boolean {
  return own.length === 0 ? wanted.includes(NONE) : own.some((id) => wanted.includes(id))
}

/** What the sprint choice asks of a card; null when it asks nothing. */
function sprintTest(wanted: Filter['sprint'], snapshot: BoardSnapshot): Test | null {
  if (wanted === 'all') return null
  if (wanted !== 'current') return (card) => wanted.includes(card.plan.sprint ?? NONE)
  const active = new Set(activeSprints(snapshot).map((sprint) => sprint.id))
  if (active.size === 0) return null
  const waiting = new Set(
    snapshot.columns.filter(({ column }) => column.category === 'backlog').map((view) => view.column.id),
  )
  return (card) => active.has(card.plan.sprint ?? '') || waiting.has(card.position?.column ?? '')
}

export function activeSprints(snapshot: BoardSnapshot): BoardSnapshot['sprints'] {
  return snapshot.sprints.filter((sprint) => sprint.state === 'active')
}

function dueTest(range: DueRange, now: number): Test {
  const date = new Date(now)
  const today = new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
  return (card) => {
    if (card.due === null) return range === 'none'
    const day = /^\d{4}-\d{2}-\d{2}$/.test(card.due) ? new Date(`${card.due}T00:00:00`) : new Date(card.due)
    const days = Math.floor((day.getTime() - today) / DAY_MS + 0.1)
    if (range === 'late') return days < 0
    return range === 'today' ? days === 0 : range === 'week' && days >= 0 && days < WEEK_DAYS
  }
}

/** What the search field looks through: the title, the number and the names of labels. */
function textOf(card: CardData, { key, labels }: BoardSnapshot): string {
  const number = card.number === null ? '' : `${key ?? '#'}-${card.number} #${card.number}`
  return [card.title, number, ...card.labels.map((id) => labels.get(id)?.name ?? '')].join(' ')
}
