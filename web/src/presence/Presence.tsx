// Who else is on this board now.

import { usePeople } from '../board/board-context.tsx'
import { useT } from '../i18n/index.ts'
import { Avatar } from './Avatar.tsx'

/** More would crowd the bar; the rest are counted. */
const AVATARS_MAX = 5

export function Presence() {
  const t = useT()
  const others = usePeople((people) => people.filter((person) => !person.isMe))
  if (others.length === 0) return null
  const rest = others.slice(AVATARS_MAX)
  return (
    <ul className="presence" aria-label={t('people.here', { count: others.length })}>
      {others.slice(0, AVATARS_MAX).map(({ clientId, name, color, isIdle }) => (
        <li key={clientId}>
          <Avatar name={name} color={color} isIdle={isIdle} label={isIdle ? t('people.idle', { name }) : name} />
        </li>
      ))}
      {rest.length > 0 && (
        <li className="presence-rest" title={rest.map(({ name }) => name).join(', ')}>
          +{rest.length}
        </li>
      )}
    </ul>
  )
}
