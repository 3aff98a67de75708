// What sprints hold, as the views read it.

import { useMemo } from 'react'
import { useBoard, useSnapshot } from '../../board/board-context.tsx'
import type { SprintData } from '../../board/read.ts'
import { type Burndown, burndownOf } from './burndown.ts'
import { type DaysLeft, daysLeft } from './days.ts'
import { type Known, useLiveRecord } from './record-store.ts'
import { type Fit, fitOf, type SprintSums, sumsOf, type Unit, unitOf } from './sums.ts'
import { useNow } from './use-now.ts'

/** What is planned into a sprint (null: the backlog); the same object until it changes. */
export function useSums(sprint: string | null): SprintSums {
  const { store } = useBoard()
  const snapshot = useSnapshot()
  // The snapshot is new with every change of a card, and the store works its planning out once for each.
  return useMemo(() => sumsOf(store, sprint), [store, sprint, snapshot])
}

export interface LiveFigures {
  readonly sums: SprintSums
  readonly unit: Unit
  readonly days: DaysLeft | null
  readonly fit: Fit | null
  readonly burndown: Burndown
  readonly known: Known
}

/** Everything about a sprint under way: the server's record, and what has changed here since. */
export function useLiveFigures(board: string, sprint: SprintData): LiveFigures {
  const model = useBoard()
  const sums = useSums(sprint.id)
  const known = useLiveRecord(model, board, sprint.id)
  const now = useNow()
  const { start, end, capacity } = sprint
  return useMemo(() => {
    const unit = unitOf(sums.total)
    const days = daysLeft(start, end, now)
    const moment = { at: now, remaining: sums.remaining, scope: sums.total }
    return {
      sums,
      unit,
      days,
      fit: fitOf(capacity, sums.remaining.points, days),
      burndown: burndownOf(known.record, { start, end }, moment, unit),
      known,
    }
  }, [sums, known, now, start, end, capacity])
}
