// A card as one line of planning: what it is, how big it is, and the click-only way to every place.

import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { ArrowRightLeft, CircleCheck } from 'lucide-react'
import { memo, useEffect, useRef } from 'react'
import { useBoard, useCardData, usePeople, useSnapshotPart } from '../../board/board-context.tsx'
import { cardNumber, Labels, People, PriorityMark } from '../../board/CardFacts.tsx'
import { useSignal } from '../../board/signal.ts'
import { TitleField } from '../../board/TitleField.tsx'
import { useT } from '../../i18n/index.ts'
import { TypeMark } from '../../list/TypeMark.tsx'
import { Avatar } from '../../presence/Avatar.tsx'
import { dragRow, dropOnCard } from './drag.ts'
import { focusRow } from './focus.ts'
import { selectRowsTo, toggleRow } from './keys.ts'
import { PointsField } from './PointsField.tsx'
import { actedOn, usePlanning } from './planning.tsx'

const LABELS_MAX = 2
const PEOPLE_MAX = 2

interface Props {
  readonly id: string
  readonly sprint: string | null
  readonly isTabStop: boolean
  /** Somebody else has taken it. */
  readonly takenBy: { readonly name: string; readonly color: number } | null
}

export const PlanRow = memo(function PlanRow({ id, sprint, isTabStop, takenBy }: Props) {
  const board = useBoard()
  const planning = usePlanning()
  const t = useT()
  const card = useCardData(id)
  const key = useSnapshotPart((snapshot) => snapshot.key)
  const column = useSnapshotPart(() => board.store.columnOf(id)?.column)
  const ref = useRef<HTMLDivElement>(null)
  const canEdit = useSignal(board.canEdit, (can) => can)
  const isSelected = useSignal(board.selected, (selected) => selected.has(id))
  const isRenaming = useSignal(board.renaming, (renaming) => renaming === id)
  const isOpen = useSignal(board.open, (open) => open === id)
  const isInHand = useSignal(planning.hand, (hand) => hand?.ids.includes(id) === true)
  const viewers = usePeople((people) => people.filter((person) => !person.isMe && person.focusCard === id))
  useEffect(() => {
    const element = ref.current
    if (!element) return
    return combine(dropOnCard(element, sprint, id), dragRow(element, board, planning, id))
  }, [board, planning, id, sprint])
  if (!card) return null
  const isDone = column?.category === 'done'
  const title = card.title || t('card.untitled')
  const number = cardNumber(card, { key })
  const classes = [
    'bl-row',
    isSelected && 'bl-selected',
    isInHand && 'bl-in-hand',
    isOpen && 'bl-open',
    isDone && 'bl-done',
  ]
  return (
    // biome-ignore lint/a11y/useSemanticElements: it holds controls, which a button may not
    // biome-ignore lint/a11y/useKeyWithClickEvents: the page's keys open it with Enter
    <div
      ref={ref}
      className={classes.filter(Boolean).join(' ')}
      data-card={id}
      role="group"
      aria-label={number ? `${number} ${title}` : title}
      tabIndex={isTabStop ? 0 : -1}
      onFocus={(event) => {
        if (event.target === ref.current) board.focused.set(id)
      }}
      onClick={(event) => {
        if (isRenaming || (event.target as Element).closest('button, input, label')) return
        if (event.shiftKey) selectRowsTo(board, planning, id)
        else if (event.ctrlKey || event.metaKey) toggleRow(board, planning, id)
        else board.openCard(id)
      }}
    >
      <label className="bl-check">
        <input
          type="checkbox"
          checked={isSelected}
          tabIndex={-1}
          aria-label={t('backlog.select', { title })}
          onChange={() => toggleRow(board, planning, id)}
        />
      </label>
      <TypeMark type={card.type} />
      <span className="bl-number">{number}</span>
      {isRenaming ? (
        <TitleField
          value={card.title}
          label={t('card.title')}
          onDone={(next, hasLeft) => {
            board.renaming.set(null)
            if (next !== null && next.trim() !== '') board.edits.setTitle(id, next)
            if (!hasLeft) focusRow(board, planning, id)
          }}
        />
      ) : (
        <span className="card-title bl-title cut">
          <PriorityMark priority={card.priority} />
          {title}
        </span>
      )}
      {takenBy && (
        <span className="bl-taken" style={{ '--person': `var(--person-${takenBy.color})` } as React.CSSProperties}>
          {t('people.dragging', { name: takenBy.name })}
        </span>
      )}
      {viewers.slice(0, 2).map(({ clientId, name, color }) => (
        <Avatar key={clientId} name={name} color={color} size={18} label={t('people.opened', { name })} />
      ))}
      <span className="bl-labels">
        <Labels ids={card.labels} max={LABELS_MAX} />
      </span>
      <span className="bl-status cut">
        {isDone ? (
          <CircleCheck className="icon card-check" aria-hidden="true" />
        ) : (
          <i className={`state state-${column?.category}`} />
        )}
        <span className="cut">{column?.name}</span>
      </span>
      <PointsField card={card} canEdit={canEdit} />
      <span className="bl-people">
        <People ids={card.assignees} max={PEOPLE_MAX} />
      </span>
      {canEdit && (
        <button
          type="button"
          className="button button-icon bl-move"
          tabIndex={-1}
          aria-label={t('backlog.moveCard', { title })}
          title={t('backlog.move')}
          onClick={() => planning.menu.set(actedOn(board, planning, id))}
        >
          <ArrowRightLeft className="icon" aria-hidden="true" />
        </button>
      )}
    </div>
  )
})
