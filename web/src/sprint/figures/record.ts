// A sprint's record as the server keeps it: what was committed, added, removed, done and carried, and when.
// What comes from outside is parsed here; a record that cannot be read is no record.

import { isRecord, moment } from '../../board/register.ts'
import { NOTHING, type Sum } from './sums.ts'

/** What was left, and what there was in all, at a moment. */
export interface BurnPoint {
  readonly at: number
  readonly remaining: Sum
  readonly scope: Sum
}

/** What became of one card. */
export interface RecordCard {
  readonly card: string
  readonly number: number | null
  readonly title: string
  readonly points: number | null
  readonly committed: boolean
  readonly added: boolean
  readonly removed: boolean
  readonly done: boolean
  readonly carried: boolean
}

export const FATES = ['committed', 'added', 'removed', 'done', 'carried'] as const
export type Fate = (typeof FATES)[number]

export interface SprintRecord extends Readonly<Record<Fate, Sum>> {
  /** Points that new estimates added, or took. */
  readonly reestimated: number
  readonly cards: readonly RecordCard[]
  /** Oldest first. */
  readonly burndown: readonly BurnPoint[]
  readonly startedAt: number | null
  readonly completedAt: number | null
}

export function parseRecord(answer: unknown): SprintRecord | null {
  if (!isRecord(answer)) return null
  const burndown = list(answer['burndown']).flatMap((point): BurnPoint[] => {
    const at = moment(point['at'])
    return at === null ? [] : [{ at, remaining: sum(point['remaining']), scope: sum(point['scope']) }]
  })
  return {
    committed: sum(answer['committed']),
    added: sum(answer['added']),
    removed: sum(answer['removed']),
    done: sum(answer['done']),
    carried: sum(answer['carried']),
    reestimated: amount(answer['reestimated']) ?? 0,
    cards: list(answer['cards']).flatMap(cardOf),
    burndown: burndown.sort((a, b) => a.at - b.at),
    startedAt: moment(answer['started_at']),
    completedAt: moment(answer['completed_at']),
  }
}

function cardOf(value: Record<string, unknown>): RecordCard[] {
  const { card, title } = value
  if (typeof card !== 'string') return []
  const is = (fate: Fate): boolean => value[fate] === true
  return [
    {
      card,
      number: amount(value['number']),
      title: typeof title === 'string' ? title : '',
      points: amount(value['points']),
      committed: is('committed'),
      added: is('added'),
      removed: is('removed'),
      done: is('done'),
      carried: is('carried'),
    },
  ]
}

/** `{count, points}`; a bare number is points. */
function sum(value: unknown): Sum {
  const points = amount(value)
  if (points !== null) return { count: 0, points }
  if (!isRecord(value)) return NOTHING
  return { count: amount(value['count']) ?? 0, points: amount(value['points']) ?? 0 }
}

function amount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}
