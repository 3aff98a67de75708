// The place of the sprint header: as high as what comes, so that nothing jumps when it is there.

import { Suspense } from 'react'
import { lazyPart } from '../app/lazy-part.ts'
import { useSnapshot } from '../board/board-context.tsx'
import './slot.css'

const SprintHeader = lazyPart(async () => (await import('./SprintHeader.tsx')).SprintHeader)

export function SprintSlot() {
  const { sprints } = useSnapshot()
  const isSlim = !sprints.some(({ state }) => state === 'active')
  return (
    <div className="sprint-slot" data-slim={isSlim || undefined}>
      <Suspense fallback={null}>
        <SprintHeader />
      </Suspense>
    </div>
  )
}
