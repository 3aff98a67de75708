// The dialog about a sprint that is open, if any. Whoever shows sprints draws this once.

import { useEffect } from 'react'
import { useBoard, useSnapshot } from '../../board/board-context.tsx'
import { useSignal } from '../../board/signal.ts'
import { CompleteDialog } from './CompleteDialog.tsx'
import { dialog, openDialog } from './open.ts'
import { SprintForm } from './SprintForm.tsx'
import { StartDialog } from './StartDialog.tsx'

export function SprintDialogs() {
  const board = useBoard()
  const { sprints } = useSnapshot()
  const request = useSignal(dialog, (current) => current)
  const close = (): void => openDialog(null)
  // What was open over one board is no business of the next.
  useEffect(() => () => openDialog(null), [board])
  if (!request) return null
  if (request.kind === 'create') return <SprintForm sprint={null} onClose={close} />
  const sprint = sprints.find(({ id }) => id === request.sprint)
  if (!sprint) return null
  switch (request.kind) {
    case 'edit':
      return <SprintForm sprint={sprint} onClose={close} />
    case 'start':
      return <StartDialog sprint={sprint} onClose={close} />
    case 'complete':
      return <CompleteDialog sprint={sprint} onClose={close} />
    default:
      return request satisfies never
  }
}
