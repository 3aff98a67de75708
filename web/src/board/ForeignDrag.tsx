// A teammate's drag: a dashed slot where the card was, a ghost with a name where it would land.

import { useT } from '../i18n/index.ts'
import { Avatar } from '../presence/Avatar.tsx'
import type { Person } from '../presence/people.ts'
import { useBoard, useCardData } from './board-context.tsx'

interface Props {
  readonly card: string
  readonly person: Person
}

function colour(person: Person): React.CSSProperties {
  return { '--person': `var(--person-${person.color})` } as React.CSSProperties
}

export function OriginSlot({ card, person }: Props) {
  const t = useT()
  const title = useCardData(useBoard().store, card)?.title
  return (
    <div className="origin" style={colour(person)}>
      <Avatar name={person.name} color={person.color} size={20} />
      <span className="cut">
        <strong>{title}</strong> {t('people.dragging', { name: person.name })}
      </span>
    </div>
  )
}

export function GhostCard({ card, person }: Props) {
  const title = useCardData(useBoard().store, card)?.title
  return (
    <div className="ghost" style={colour(person)} aria-hidden="true">
      <span className="ghost-line" />
      <span className="ghost-name">{person.name}</span>
      <div className="ghost-card">{title}</div>
    </div>
  )
}
