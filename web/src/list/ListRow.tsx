// A card as a row of the list. What can be changed is a button that opens the menu of its field.

import { memo } from 'react'
import { useBoard, useCardData, useSnapshot } from '../board/board-context.tsx'
import { cardNumber, Labels, memberOf, People, PriorityMark } from '../board/CardFacts.tsx'
import { dueWords } from '../board/due.ts'
import type { CardData } from '../board/read.ts'
import { useSignal } from '../board/signal.ts'
import { TitleField } from '../board/TitleField.tsx'
import { type FieldName, toggleFieldMenu } from '../fields/request.ts'
import { currentLanguage, useT } from '../i18n/index.ts'
import { COLUMNS } from './columns.ts'
import { toggle } from './keys.ts'
import type { ListColumn } from './sort.ts'
import { TypeMark } from './TypeMark.tsx'

interface Props {
  readonly id: string
  readonly index: number
  readonly isTabStop: boolean
  /** A phone opens the card to change it: its cells are too small to press. */
  readonly isPhone: boolean
  readonly onFocusBack: (card: string) => void
}

export const ListRow = memo(function ListRow({ id, index, isTabStop, isPhone, onFocusBack }: Props) {
  const board = useBoard()
  const t = useT()
  const card = useCardData(id)
  const canEdit = useSignal(board.canEdit, (can) => can)
  const isSelected = useSignal(board.selected, (selected) => selected.has(id))
  const isOpen = useSignal(board.open, (open) => open === id)
  const isRenaming = useSignal(board.renaming, (renaming) => renaming === id)
  if (!card) return null
  const title = card.title || t('card.untitled')
  const classes = ['list-row', isOpen && 'list-open']
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be drawn in part
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list's keys open it with Enter
    <div
      className={classes.filter(Boolean).join(' ')}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-card={id}
      tabIndex={isTabStop ? 0 : -1}
      onFocus={(event) => {
        if (event.target === event.currentTarget) board.focused.set(id)
      }}
      onClick={(event) => {
        if (isRenaming || (event.target as Element).closest('button, input, label')) return
        board.openCard(id)
      }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a table cannot be drawn in part */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: its box is */}
      <span className="list-check" role="gridcell">
        <label>
          <input
            type="checkbox"
            checked={isSelected}
            tabIndex={-1}
            aria-label={t('backlog.select', { title })}
            onChange={() => toggle(board, id)}
          />
        </label>
      </span>
      {COLUMNS.map(({ column, field }) => (
        <span key={column} className={`list-cell list-${column}`} role={column === 'title' ? 'rowheader' : 'gridcell'}>
          {column === 'title' && isRenaming ? (
            <TitleField
              value={card.title}
              label={t('card.title')}
              onDone={(next, hasLeft) => {
                board.renaming.set(null)
                if (next !== null && next.trim() !== '') board.edits.setTitle(id, next)
                if (!hasLeft) onFocusBack(id)
              }}
            />
          ) : field && canEdit && !isPhone ? (
            <EditCell card={card} field={field} column={column} />
          ) : (
            <Value card={card} column={column} />
          )}
        </span>
      ))}
    </div>
  )
})

function EditCell({ card, field, column }: { card: CardData; field: FieldName; column: ListColumn }) {
  const board = useBoard()
  const t = useT()
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-haspopup="dialog"
      title={t(`list.${column}`)}
      onClick={(event) => {
        const selected = board.selected.get()
        const ids = selected.has(card.id) ? [...selected] : [card.id]
        toggleFieldMenu(board, { field, ids, anchor: event.currentTarget })
      }}
    >
      <span className="visually-hidden">{t(`list.${column}`)}: </span>
      <Value card={card} column={column} />
    </button>
  )
}

function Value({ card, column }: { card: CardData; column: ListColumn }) {
  const board = useBoard()
  const t = useT()
  const snapshot = useSnapshot()
  const none = <span className="list-none">–</span>
  switch (column) {
    case 'number':
      return cardNumber(card, snapshot)
    case 'type':
      return <TypeMark type={card.type} />
    case 'title':
      return <span className="card-title list-title cut">{card.title || t('card.untitled')}</span>
    case 'status': {
      const status = board.store.columnOf(card.id)?.column
      return (
        <>
          <i className={`state state-${status?.category}`} />
          <span className="cut">{status?.name}</span>
        </>
      )
    }
    case 'assignees': {
      const [first] = card.assignees
      if (!first) return none
      return (
        <>
          <People ids={card.assignees} max={3} />
          {card.assignees.length === 1 && <span className="cut">{memberOf(snapshot.members, first).name}</span>}
        </>
      )
    }
    case 'labels':
      return card.labels.some((id) => snapshot.labels.has(id)) ? <Labels ids={card.labels} max={3} /> : none
    case 'points':
      return card.points === null ? none : <span className="card-points">{card.points}</span>
    case 'priority':
      return isPriority(card.priority) ? (
        <>
          <PriorityMark priority={card.priority} />
          {t(`card.priority.${card.priority}`)}
        </>
      ) : (
        none
      )
    case 'sprint': {
      const sprint = snapshot.sprints.find(({ id }) => id === card.plan.sprint)
      return <span className={sprint ? 'cut' : 'cut list-none'}>{sprint?.name ?? t('sprint.inBacklog')}</span>
    }
    case 'due': {
      const due = card.due === null ? null : dueWords(card.due, Date.now())
      const isDone = board.store.columnOf(card.id)?.column.category === 'done'
      return due ? <span className={isDone ? undefined : `card-due-${due.kind}`}>{due.words}</span> : none
    }
    case 'created':
      return card.createdAt === null ? none : dayOf(card.createdAt)
    default:
      return column satisfies never
  }
}

function isPriority(priority: string | null): priority is 'urgent' | 'high' | 'low' {
  return priority === 'urgent' || priority === 'high' || priority === 'low'
}

function dayOf(at: number): string {
  return new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'medium' }).format(at)
}
