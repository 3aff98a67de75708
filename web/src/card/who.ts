// Who an id is: somebody who is here, somebody the board names, or somebody.

import { usePeople, useSnapshot } from '../board/board-context.tsx'
import { useT } from '../i18n/index.ts'
import { useMe } from '../presence/me.ts'

export interface Who {
  readonly name: string
  readonly color: number
  readonly isMe: boolean
  readonly isKnown: boolean
}

export function useWho(): (id: string) => Who {
  const t = useT()
  const me = useMe()
  const { members } = useSnapshot()
  const here = usePeople((people) => people.map(({ id, name, color }) => ({ id, name, color })))
  return (id) => {
    if (id === me.id) return { name: me.name, color: me.color, isMe: true, isKnown: true }
    const present = here.find((person) => person.id === id)
    const known = present ?? members.get(id)
    return {
      name: known?.name || t('people.somebody'),
      color: known?.color ?? 1,
      isMe: false,
      isKnown: known !== undefined,
    }
  }
}
