// Velocity: what was committed and done in the last sprints, from their records alone.

import type { SprintData } from '../../board/read.ts'
import type { SprintRecord } from '../figures/record.ts'
import type { Unit } from '../figures/sums.ts'

const SPRINTS_MAX = 10

export interface VelocityBar {
  readonly sprint: SprintData
  readonly committed: number
  readonly done: number
}

/** Oldest first; counted in cards when none of them was estimated. */
export function velocityOf(
  sprints: readonly SprintData[],
  records: ReadonlyMap<string, SprintRecord>,
): { readonly bars: readonly VelocityBar[]; readonly unit: Unit } {
  const known = sprints.slice(0, SPRINTS_MAX).flatMap((sprint) => {
    const record = records.get(sprint.id)
    return record ? [{ sprint, record }] : []
  })
  const isEstimated = known.some(({ record }) => record.committed.points > 0 || record.done.points > 0)
  const unit = isEstimated ? 'points' : 'count'
  const bars = known.map(({ sprint, record }) => ({
    sprint,
    committed: record.committed[unit],
    done: record.done[unit],
  }))
  return { bars: bars.reverse(), unit }
}

export function averageOf(bars: readonly VelocityBar[]): number {
  if (bars.length === 0) return 0
  return Math.round((bars.reduce((sum, { done }) => sum + done, 0) / bars.length) * 10) / 10
}
