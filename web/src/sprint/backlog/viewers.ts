// Who else looks at the backlog now. It is said beside the rest of everybody's presence, and read with the same distrust.

import { useEffect, useState } from 'react'
import { useBoard, usePeople } from '../../board/board-context.tsx'
import type { Person } from '../../presence/people.ts'

const VIEW = 'backlog'

export function useViewers(): readonly Person[] {
  const { session } = useBoard()
  const { awareness } = session
  const [here, setHere] = useState<readonly number[]>([])
  useEffect(() => {
    awareness.setLocalStateField('view', VIEW)
    const read = (): void => {
      const ids = [...awareness.getStates()].filter(([, state]) => state['view'] === VIEW).map(([id]) => id)
      setHere((before) => (before.join() === ids.join() ? before : ids))
    }
    read()
    awareness.on('change', read)
    return () => {
      awareness.off('change', read)
      awareness.setLocalStateField('view', null)
    }
  }, [awareness])
  return usePeople((people) => people.filter((person) => !person.isMe && here.includes(person.clientId)))
}
