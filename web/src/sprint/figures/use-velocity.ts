// What the team has finished in its last sprints, on average.

import { useSnapshot } from '../../board/board-context.tsx'
import { useBoardId } from '../use-board-id.ts'
import { useClosedRecords } from './record-store.ts'

const SPRINTS = 3

/** Null when no sprint is over yet, or its record is not here. */
export function useVelocity(): { readonly points: number; readonly count: number } | null {
  const { sprints } = useSnapshot()
  const closed = sprints.filter(({ state }) => state === 'closed').slice(0, SPRINTS)
  const records = useClosedRecords(useBoardId(), closed)
  const done = [...records.values()].map((record) => record.done.points)
  if (done.length === 0) return null
  const points = Math.round(done.reduce((sum, value) => sum + value, 0) / done.length)
  return points > 0 ? { points, count: done.length } : null
}
