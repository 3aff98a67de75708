// A teammate's drag: what was taken leaves a dashed place, what is held shows where it would land.

import { useT } from '../i18n/index.ts'
import { Avatar } from '../presence/Avatar.tsx'
import { type Dragging, useCardData, useSnapshotPart } from './board-context.tsx'
import { CardMeta, CardTop, cardNumber } from './CardFacts.tsx'
import './ghosts.css'

const colorOf = (drag: Dragging): React.CSSProperties =>
  ({ '--person': `var(--person-${drag.color})` }) as React.CSSProperties

export function Origin({ id, drag }: { id: string; drag: Dragging }) {
  const t = useT()
  const card = useCardData(id)
  const key = useSnapshotPart((snapshot) => snapshot.key)
  const what = card && (cardNumber(card, { key }) ?? card.title)
  return (
    <div className="origin" style={colorOf(drag)}>
      <Avatar name={drag.name} color={drag.color} size={20} />
      <span className="cut">
        <b>{what}</b> {t('people.dragging', { name: drag.name })}
      </span>
    </div>
  )
}

export function Ghost({ drag }: { drag: Dragging }) {
  const card = useCardData(drag.drag.card)
  if (!card) return null
  return (
    <div className="ghost" style={colorOf(drag)}>
      <span className="ghost-line" />
      <span className="ghost-tag">
        {drag.name}
        {drag.drag.count > 1 && ` · ${drag.drag.count}`}
      </span>
      <div className="card">
        <CardTop card={card} />
        <span className="card-ghost-title">{card.title}</span>
        <CardMeta card={card} isDone={false} />
      </div>
    </div>
  )
}
