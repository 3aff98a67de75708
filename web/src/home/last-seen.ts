// When I was here before, kept on this device: what happened since is news. A visit lasts until nothing was looked at
// for a while, so that news do not vanish by going to a board and back.

import { recall, remember } from '../app/stored.ts'

const STORED = 'calit.visit'
const VISIT_ENDS_MS = 30 * 60_000
/** On a first visit, what happened lately is shown. */
const FIRST_MS = 7 * 24 * 60 * 60_000

interface Visit {
  /** Until when the visit before this one lasted. */
  readonly before: number
  readonly activeAt: number
}

/** Says that somebody is here now, and returns since when things are news. */
export function newsSince(now: number): number {
  const last = stored()
  const isNew = last === null || now - last.activeAt > VISIT_ENDS_MS
  const before = last === null ? now - FIRST_MS : isNew ? last.activeAt : last.before
  remember(STORED, JSON.stringify({ before, activeAt: now } satisfies Visit))
  return before
}

function stored(): Visit | null {
  try {
    const visit: unknown = JSON.parse(recall(STORED) ?? 'null')
    if (typeof visit !== 'object' || visit === null) return null
    const { before, activeAt } = visit as Record<string, unknown>
    return typeof before === 'number' && typeof activeAt === 'number' ? { before, activeAt } : null
  } catch {
    return null
  }
}
