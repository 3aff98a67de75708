// What somebody changed, in words, and several changes of one thing by one person told as one.

import { isRecord } from '../board/register.ts'
import type { Translate } from '../i18n/index.ts'
import type { Change } from './home-data.ts'

export interface News extends Change {
  /** How many more changes of the same thing by the same person are told with this one. */
  readonly more: number
}

/** The kinds that tell most come first. */
const WEIGHTS = [
  'sprint_started',
  'sprint_completed',
  'deleted',
  'assigned',
  'commented',
  'created',
  'moved',
  'restored',
  'planned',
]

/** Newest first; of each group the change that tells most. */
export function gather(changes: readonly Change[], me: string | null): News[] {
  const groups = new Map<string, Change[]>()
  for (const change of changes) {
    // What the sprint's record keeps count of is told by the card's own change.
    if (change.body['kind'] === 'scope') continue
    const key = JSON.stringify([change.board, change.subject, change.by])
    groups.set(key, [...(groups.get(key) ?? []), change])
  }
  return [...groups.values()].flatMap((group) => {
    const told = [...group].sort((a, b) => weight(a, me) - weight(b, me) || b.at - a.at)[0]
    const at = Math.max(...group.map((change) => change.at))
    return told ? [{ ...told, at, more: group.length - 1 }] : []
  })
}

function weight(change: Change, me: string | null): number {
  const kind = String(change.body['kind'])
  // That it is mine now matters more than anything else.
  if (kind === 'assigned' && change.body['user'] === me) return -1
  const at = WEIGHTS.indexOf(kind)
  return at < 0 ? WEIGHTS.length : at
}

/** What follows the title of the card, the sprint or the board. */
export function changeWords({ subject, body }: Change, me: string | null, t: Translate): string {
  const { kind, to, name } = body
  const isBoard = subject === 'board'
  switch (kind) {
    case 'moved':
      return t('home.change.moved', { to: nameOf(to) })
    case 'assigned':
      return t(body['user'] === me ? 'home.change.assignedMe' : 'home.change.assigned')
    case 'planned':
      return t(to === null || to === undefined ? 'home.change.toBacklog' : 'home.change.planned', { to: nameOf(to) })
    case 'field':
      if (isBoard) return t('home.change.board')
      return t(isKnownField(name) ? `home.change.field.${name}` : 'home.change.other')
    case 'column_added':
    case 'column_deleted':
    case 'column_restored':
      return t(`home.change.${kind}`, { name: nameOf(name) })
    case 'column_renamed':
    case 'board_renamed':
      return t(`home.change.${kind}`, { to: nameOf(to) })
    case 'created':
    case 'renamed':
    case 'described':
    case 'commented':
    case 'deleted':
    case 'restored':
    case 'checked':
    case 'linked':
    case 'labelled':
    case 'sprint_created':
    case 'sprint_field':
    case 'sprint_started':
    case 'sprint_completed':
      return t(`home.change.${kind}`)
    default:
      return t(isBoard ? 'home.change.board' : 'home.change.other')
  }
}

const FIELDS = ['type', 'points', 'priority', 'start', 'due', 'archived'] as const

function isKnownField(name: unknown): name is (typeof FIELDS)[number] {
  return FIELDS.some((known) => known === name)
}

function nameOf(value: unknown): string {
  if (isRecord(value)) return nameOf(value['name'])
  return typeof value === 'string' ? value : ''
}
