// What the home page shows, as the server tells it: parsed, and put into the order of a day's work.

import { ask } from '../app/api.ts'
import { dayOf } from '../board/due.ts'
import { isRecord } from '../board/register.ts'

export interface MyCard {
  readonly board: string
  readonly boardName: string
  readonly card: string
  readonly number: string | null
  readonly title: string
  readonly column: string
  readonly due: string | null
  readonly points: number | null
  readonly priority: string | null
}

export interface RunningSprint {
  readonly board: string
  readonly boardName: string
  readonly sprint: string
  readonly name: string
  readonly goal: string
  readonly start: string | null
  readonly end: string | null
  readonly remaining: Amount
  readonly total: Amount
}

export interface Amount {
  readonly count: number
  readonly points: number
}

export interface Change {
  readonly board: string
  readonly boardName: string
  readonly at: number
  /** Who did it, and what they are called if anybody knows. */
  readonly by: string
  readonly byName: string
  readonly subject: string
  readonly title: string
  readonly body: Readonly<Record<string, unknown>>
}

export interface HomeData {
  readonly me: string | null
  readonly cards: readonly MyCard[]
  readonly sprints: readonly RunningSprint[]
  readonly changes: readonly Change[]
}

/** What there is to show, and whether it is only what this device kept. */
export async function loadHome(since: number): Promise<{ data: HomeData; isOffline: boolean }> {
  const { answer, isKept } = await ask(`/api/home?since=${Math.floor(since)}`)
  return { data: parse(answer), isOffline: isKept }
}

/** When a card is due, in the groups of the list. */
export const GROUPS = ['late', 'today', 'week', 'later', 'none'] as const
export type Group = (typeof GROUPS)[number]

const PRIORITIES = ['urgent', 'high', null, 'low']

/** Cards by when they are due; within a group the earliest first, then the most urgent. */
export function byDue(cards: readonly MyCard[], now: number): ReadonlyMap<Group, readonly MyCard[]> {
  const groups = new Map<Group, MyCard[]>()
  for (const card of cards) {
    const group = groupOf(card.due, now)
    groups.set(group, [...(groups.get(group) ?? []), card])
  }
  for (const list of groups.values()) {
    list.sort(
      (a, b) =>
        dueTime(a) - dueTime(b) ||
        PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority) ||
        (a.card < b.card ? -1 : 1),
    )
  }
  return groups
}

export function groupOf(due: string | null, now: number): Group {
  const day = due === null ? null : dayOf(due)
  if (day === null) return 'none'
  const today = midnight(new Date(now))
  const date = midnight(day)
  if (date < today) return 'late'
  if (date === today) return 'today'
  // The week ends with Sunday.
  const end = new Date(now)
  end.setDate(end.getDate() + ((7 - end.getDay()) % 7))
  return date <= midnight(end) ? 'week' : 'later'
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}

function dueTime({ due }: MyCard): number {
  return due === null ? Number.MAX_SAFE_INTEGER : (dayOf(due)?.getTime() ?? Number.MAX_SAFE_INTEGER)
}

function parse(answer: unknown): HomeData {
  const home = isRecord(answer) ? answer : {}
  return {
    me: text(home['me']),
    cards: records(home['cards']).flatMap(readCard),
    sprints: records(home['sprints']).flatMap(readSprint),
    changes: records(home['changes']).flatMap(readChange),
  }
}

function readCard(card: Record<string, unknown>): MyCard[] {
  const [board, id] = [text(card['board']), text(card['card'])]
  if (board === null || id === null) return []
  const number = count(card['number'])
  const key = text(card['key'])
  return [
    {
      board,
      boardName: text(card['board_name']) ?? '',
      card: id,
      number: number === null ? null : key ? `${key}-${number}` : `#${number}`,
      title: text(card['title']) ?? '',
      column: text(card['column']) ?? '',
      due: text(card['due']),
      points: count(card['points']),
      priority: text(card['priority']),
    },
  ]
}

function readSprint(sprint: Record<string, unknown>): RunningSprint[] {
  const [board, id] = [text(sprint['board']), text(sprint['sprint'])]
  if (board === null || id === null) return []
  return [
    {
      board,
      boardName: text(sprint['board_name']) ?? '',
      sprint: id,
      name: text(sprint['name']) ?? '',
      goal: text(sprint['goal']) ?? '',
      start: text(sprint['start']),
      end: text(sprint['end']),
      remaining: amount(sprint['remaining']),
      total: amount(sprint['total']),
    },
  ]
}

function readChange(change: Record<string, unknown>): Change[] {
  const [board, subject, at] = [text(change['board']), text(change['subject']), count(change['at'])]
  const body = change['body']
  if (board === null || subject === null || at === null || !isRecord(body)) return []
  return [
    {
      board,
      boardName: text(change['board_name']) ?? '',
      at,
      by: text(change['by']) ?? '',
      byName: text(change['by_name']) ?? '',
      subject,
      title: text(change['title']) ?? '',
      body,
    },
  ]
}

function records(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isRecord) : []
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function amount(value: unknown): Amount {
  const of = isRecord(value) ? value : {}
  return { count: count(of['count']) ?? 0, points: count(of['points']) ?? 0 }
}
