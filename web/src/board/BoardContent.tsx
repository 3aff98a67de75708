// What stands under the bar: the view of the board that the address names. All but the board itself are fetched later.

import { Suspense } from 'react'
import { lazyPart } from '../app/lazy-part.ts'
import type { BoardRoute } from '../app/routes.ts'
import { SprintSlot } from '../sprint/SprintSlot.tsx'
import { BoardView } from './BoardView.tsx'

const load = {
  list: () => import('../list/ListPage.tsx'),
  backlog: () => import('../sprint/BacklogPage.tsx'),
  sprints: () => import('../sprint/HistoryPage.tsx'),
}
const ListPage = lazyPart(async () => (await load.list()).ListPage)
const BacklogPage = lazyPart(async () => (await load.backlog()).BacklogPage)
const HistoryPage = lazyPart(async () => (await load.sprints()).HistoryPage)

/** Fetches the other views, so that they open at once and without a network. */
export function prefetchViews(): Promise<unknown>[] {
  return Object.values(load).map((view) => view())
}

export function BoardContent({ route: { view, sprint } }: { route: BoardRoute }) {
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
