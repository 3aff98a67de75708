// The small print of a card: number, labels, due date, lists, points and people. What is missing leaves no trace.

import { ChevronsUp, ChevronUp, Clock, MessageSquare, TriangleAlert } from 'lucide-react'
import { useT } from '../i18n/index.ts'
import { Avatar } from '../presence/Avatar.tsx'
import { useSnapshotPart } from './board-context.tsx'
import type { BoardSnapshot, Member } from './board-store.ts'
import { dueWords } from './due.ts'
import type { CardData } from './read.ts'

const LABELS_MAX = 3
const PEOPLE_MAX = 3
/** The colours that a label can have: `--red` and so on. */
export const LABEL_COLORS = ['red', 'orange', 'amber', 'green', 'teal', 'blue', 'violet', 'pink', 'grey'] as const

/** A label's colour, if it is one of ours: what a document says is never put into a style. */
export function labelColor(name: string): React.CSSProperties {
  return { '--label': `var(--${LABEL_COLORS.find((known) => known === name) ?? 'grey'})` } as React.CSSProperties
}

export function cardNumber(card: CardData, board: Pick<BoardSnapshot, 'key'>): string | null {
  if (card.number === null) return null
  return board.key ? `${board.key}-${card.number}` : `#${card.number}`
}

/** Whether a card has anything for its last row; points and people alone stand beside the title. */
export function hasMeta(card: CardData): boolean {
  return card.due !== null || card.checklist.length > 0 || card.comments.length > 0
}

/** Whether a card has anything for its first row. */
export function hasTop(card: CardData): boolean {
  return card.number !== null || card.labels.length > 0 || card.priority === 'urgent' || card.priority === 'high'
}

export function PriorityMark({ priority }: { priority: string | null }) {
  const t = useT()
  if (priority === 'urgent') return <ChevronsUp className="icon card-urgent" aria-label={t('card.priority.urgent')} />
  if (priority === 'high') return <ChevronUp className="icon" aria-label={t('card.priority.high')} />
  return null
}

export function Labels({ ids, max }: { ids: readonly string[]; max?: number }) {
  const labels = useSnapshotPart((snapshot) => snapshot.labels)
  const shown = ids.map((id) => labels.get(id)).filter((label) => label !== undefined)
  return shown.slice(0, max ?? shown.length).map((label) => (
    <span key={label.id} className="label cut" style={labelColor(label.color)}>
      {label.name || label.color}
    </span>
  ))
}

export function CardTop({ card }: { card: CardData }) {
  const key = useSnapshotPart((snapshot) => snapshot.key)
  const number = cardNumber(card, { key })
  if (!hasTop(card)) return null
  return (
    <span className="card-top">
      <PriorityMark priority={card.priority} />
      {number && <span>{number}</span>}
      <Labels ids={card.labels} max={LABELS_MAX} />
    </span>
  )
}

/** Whom the board does not know has an id for a name. */
export function memberOf(members: BoardSnapshot['members'], id: string): Member {
  return members.get(id) ?? { name: id, color: 1 }
}

export function People({ ids, max }: { ids: readonly string[]; max: number }) {
  const members = useSnapshotPart((snapshot) => snapshot.members)
  return ids.slice(0, max).map((id) => {
    const { name, color } = memberOf(members, id)
    return <Avatar key={id} name={name} color={color} size={20} label={name} />
  })
}

/** How much of a list is ticked, as a ring. */
export function Ring({ done, of }: { done: number; of: number }) {
  const around = 2 * Math.PI * 6
  return (
    <svg className="icon" viewBox="0 0 16 16" fill="none" strokeWidth="2" aria-hidden="true">
      <circle cx="8" cy="8" r="6" stroke="var(--line-strong)" />
      <circle
        cx="8"
        cy="8"
        r="6"
        stroke={done === of ? 'var(--success)' : 'currentColor'}
        strokeDasharray={`${(around * done) / of} 99`}
        transform="rotate(-90 8 8)"
      />
    </svg>
  )
}

export function CardMeta({ card, isDone }: { card: CardData; isDone: boolean }) {
  const t = useT()
  const done = card.checklist.filter((item) => item.isDone).length
  const of = card.checklist.length
  const due = card.due === null || isDone ? null : dueWords(card.due, Date.now())
  return (
    <span className="card-meta">
      {due && (
        <span className={`card-bit card-due-${due.kind}`}>
          {due.kind === 'late' ? (
            <TriangleAlert className="icon" aria-hidden="true" />
          ) : (
            <Clock className="icon" aria-hidden="true" />
          )}
          {due.words}
        </span>
      )}
      {!isDone && of > 0 && (
        <span className="card-bit" title={t('card.checklist', { done, of })}>
          <Ring done={done} of={of} />
          {done}/{of}
        </span>
      )}
      {!isDone && card.comments.length > 0 && (
        <span className="card-bit" title={t('card.comments', { count: card.comments.length })}>
          <MessageSquare className="icon" aria-hidden="true" />
          {card.comments.length}
        </span>
      )}
      <span className="card-tail">
        {card.points !== null && (
          <span className="card-points" title={t('card.pointsLabel', { points: card.points })}>
            {card.points}
          </span>
        )}
        <People ids={card.assignees} max={PEOPLE_MAX} />
      </span>
    </span>
  )
}
