// What a card says of itself, one row a field. Every row can be clicked, also an empty one.

import { ArrowRightFromLine, Clock, Inbox, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useBoard, useSnapshot } from '../board/board-context.tsx'
import { labelColor } from '../board/CardFacts.tsx'
import { type CardData, PRIORITIES } from '../board/read.ts'
import { useSignal } from '../board/signal.ts'
import { daysFrom, momentWords } from '../fields/dates.ts'
import { PriorityIcon, TypeIcon } from '../fields/pickers.tsx'
import { type FieldName, toggleFieldMenu } from '../fields/request.ts'
import { currentLanguage, useT } from '../i18n/index.ts'
import { Avatar } from '../presence/Avatar.tsx'
import { useWho } from './who.ts'

export function Fields({ card, canEdit }: { card: CardData; canEdit: boolean }) {
  const board = useBoard()
  const t = useT()
  const who = useWho()
  const { labels, sprints } = useSnapshot()
  const column = board.store.columnOf(card.id)?.column
  const isDone = column?.category === 'done'
  const priority = PRIORITIES.find((known) => known === card.priority)
  const sprint = sprints.find(({ id }) => id === card.plan.sprint)
  const shownLabels = card.labels.map((id) => labels.get(id)).filter((label) => label !== undefined)
  const people = card.assignees.map((id) => ({ id, ...who(id) }))
  const row = { card, canEdit }
  return (
    <>
      <Row {...row} field="status" words={column?.name ?? null}>
        {column && (
          <>
            <i className={`state state-${column.category}`} />
            <span className="cut">{column.name}</span>
          </>
        )}
      </Row>
      <Row {...row} field="assignees" words={people.map(({ name }) => name).join(', ') || null}>
        {people.map(({ id, name, color }) => (
          <span key={id} className="fields-person">
            <Avatar name={name} color={color} size={20} />
            <span className="cut">{name}</span>
          </span>
        ))}
      </Row>
      <Row {...row} field="points" words={card.points === null ? null : String(card.points)}>
        {card.points !== null && <span className="card-points">{card.points}</span>}
      </Row>
      <Row {...row} field="due" words={card.due === null ? null : dateWords(card.due)}>
        {card.due !== null && <When value={card.due} isOver={isDone} />}
      </Row>
      <Row {...row} field="priority" words={priority ? t(`card.priority.${priority}`) : null}>
        {priority && (
          <>
            <PriorityIcon priority={priority} />
            {t(`card.priority.${priority}`)}
          </>
        )}
      </Row>
      <Row {...row} field="start" words={card.start === null ? null : dateWords(card.start)}>
        {card.start !== null && <span>{dateWords(card.start)}</span>}
      </Row>
      <Row {...row} field="type" words={t(`type.${card.type}`)}>
        <TypeIcon type={card.type} />
        {t(`type.${card.type}`)}
      </Row>
      <Row {...row} field="sprint" words={sprint?.name ?? t('sprint.backlog')}>
        {sprint ? (
          <>
            <ArrowRightFromLine className="icon" aria-hidden="true" />
            <span className="cut">{sprint.name}</span>
          </>
        ) : (
          <>
            <Inbox className="icon" aria-hidden="true" />
            {t('sprint.backlog')}
          </>
        )}
      </Row>
      <Row {...row} field="labels" words={shownLabels.map(({ name }) => name).join(', ') || null} isWide>
        {shownLabels.map((label) => (
          <span key={label.id} className="label cut" style={labelColor(label.color)} dir="auto">
            {label.name || label.color}
          </span>
        ))}
      </Row>
    </>
  )
}

interface RowProps {
  readonly field: FieldName
  readonly card: CardData
  readonly canEdit: boolean
  /** The value in words; null when there is none. */
  readonly words: string | null
  readonly isWide?: boolean
  readonly children: ReactNode
}

function Row({ field, card, canEdit, words, isWide = false, children }: RowProps) {
  const board = useBoard()
  const t = useT()
  const isOpen = useSignal(board.fieldMenu, (open) => open?.field === field && open.ids[0] === card.id)
  const name = t(`field.${field}`)
  return (
    <div className="field-row" data-wide={isWide || undefined}>
      <dt>{name}</dt>
      <dd>
        {canEdit ? (
          <button
            type="button"
            className="field-value"
            data-field={field}
            aria-haspopup="dialog"
            aria-expanded={isOpen}
            aria-label={
              words === null ? t('field.addTo', { field: name }) : t('field.change', { field: name, value: words })
            }
            onClick={({ currentTarget }) => toggleFieldMenu(board, { field, ids: [card.id], anchor: currentTarget })}
          >
            {words === null ? <span className="field-none">{t('field.add')}</span> : children}
          </button>
        ) : (
          <span className="field-value">{words === null ? <span className="field-none">–</span> : children}</span>
        )}
      </dd>
    </div>
  )
}

function dateWords(value: string): string {
  return momentWords(value, new Date(), currentLanguage()) ?? value
}

function When({ value, isOver }: { value: string; isOver: boolean }) {
  const t = useT()
  const days = isOver ? null : daysFrom(value, new Date())
  const kind = days === null || days > 0 ? 'later' : days === 0 ? 'today' : 'late'
  const Icon = kind === 'late' ? TriangleAlert : Clock
  return (
    <span className={`field-when card-due-${kind}`}>
      <Icon className="icon" aria-hidden="true" />
      <span>
        {dateWords(value)}
        {kind === 'late' && ` ${t('card.late')}`}
      </span>
    </span>
  )
}
