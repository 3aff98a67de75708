// The ways of looking at one board. All but the board itself are fetched when they are wanted.

import { Suspense } from 'react'
import { BoardView } from '../board/BoardView.tsx'
import { SprintSlot } from '../sprint/SprintSlot.tsx'
import { lazyPart } from './lazy-part.ts'
import type { View } from './routes.ts'

const ListPage = lazyPart(async () => (await import('../list/ListPage.tsx')).ListPage)
const BacklogPage = lazyPart(async () => (await import('../sprint/BacklogPage.tsx')).BacklogPage)
const HistoryPage = lazyPart(async () => (await import('../sprint/HistoryPage.tsx')).HistoryPage)

/** Brings the views before they are asked for: a tab must open at once, and without a network. */
export function prefetchViews(): Promise<unknown>[] {
  return [import('../list/ListPage.tsx'), import('../sprint/BacklogPage.tsx'), import('../sprint/HistoryPage.tsx')]
}

export function BoardViews({ view, sprint }: { view: View; sprint: string | null }) {
  if (view === 'board') {
    return (
      <>
        <SprintSlot />
        <BoardView />
      </>
    )
  }
  return (
    <Suspense fallback={<div className="view" />}>
      {view === 'list' && <ListPage />}
      {view === 'backlog' && <BacklogPage />}
      {view === 'sprints' && <HistoryPage sprint={sprint} />}
    </Suspense>
  )
}
