// A card on the board: what it says, who has it open, and a menu that does without dragging.

import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { draggable } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { Check, CircleCheck } from 'lucide-react'
import { memo, useEffect, useRef } from 'react'
import { useT } from '../i18n/index.ts'
import { Avatar } from '../presence/Avatar.tsx'
import { useBoard, useCardData, usePeople } from './board-context.tsx'
import { CardMeta, CardTop, hasMeta, hasTop } from './CardFacts.tsx'
import { CardMenu } from './CardMenu.tsx'
import { take } from './drag.ts'
import { cardElement } from './focus.ts'
import { showLifted } from './lifted.ts'
import { actedOn, selectTo, toggleSelected } from './selection.ts'
import { useSignal } from './signal.ts'
import { TitleField } from './TitleField.tsx'
import './card.css'
import './drag.css'

/** More would cover the card above; how many more there are is said. */
const VIEWERS_MAX = 3

interface Props {
  readonly id: string
  readonly isDone: boolean
}

export const Card = memo(function Card({ id, isDone }: Props) {
  const board = useBoard()
  const t = useT()
  const card = useCardData(id)
  const ref = useRef<HTMLDivElement>(null)
  const canEdit = useSignal(board.canEdit, (can) => can)
  const isFocused = useSignal(board.focused, (focused) => focused === id)
  const isRenaming = useSignal(board.renaming, (renaming) => renaming === id)
  const isSelected = useSignal(board.selected, (selected) => selected.has(id))
  const isOpen = useSignal(board.open, (open) => open === id)
  const isInHand = useSignal(board.hand, (hand) => hand?.kind === 'card' && hand.cards.includes(id))
  const viewers = usePeople((people) => people.filter((person) => !person.isMe && person.focusCard === id))
  useEffect(() => {
    const element = ref.current
    if (!element || !canEdit || isRenaming) return
    return combine(
      draggable({
        element,
        getInitialData: () => ({ kind: 'card', card: id }),
        onGenerateDragPreview: ({ nativeSetDragImage, location }) =>
          showLifted(element, actedOn(board, id).length, nativeSetDragImage, location.current.input),
        onDragStart: () => take(board, id),
      }),
    )
  }, [id, canEdit, isRenaming, board])
  if (!card) return null
  const title = card.title || t('card.untitled')
  const isShort = !isDone && !hasMeta(card)
  const classes = [
    'card',
    isDone && 'card-done',
    isShort && 'card-short',
    !isDone && !hasTop(card) && 'card-plain',
    isInHand && 'card-in-hand',
    isOpen && 'card-open',
    isSelected && 'card-selected',
    viewers.length > 0 && 'card-viewed',
  ]
  return (
    // biome-ignore lint/a11y/useSemanticElements: it holds a menu button, which a button may not
    // biome-ignore lint/a11y/useKeyWithClickEvents: the board's keys open it with Enter
    <div
      ref={ref}
      className={classes.filter(Boolean).join(' ')}
      data-card={id}
      role="group"
      aria-label={isSelected ? t('card.selected', { title }) : title}
      tabIndex={isFocused ? 0 : -1}
      onFocus={() => board.focused.set(id)}
      onClick={(event) => {
        if (isRenaming || (event.target as Element).closest('button, input, [role=menu]')) return
        if (event.shiftKey) selectTo(board, id)
        else if (event.ctrlKey || event.metaKey) toggleSelected(board, id)
        else board.openCard(id)
      }}
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
    >
      {isSelected && <Check className="icon card-chosen" aria-hidden="true" />}
      {viewers.length > 0 && (
        <span className="card-viewers">
          {viewers.length > VIEWERS_MAX && <b>+{viewers.length - VIEWERS_MAX}</b>}
          {viewers.slice(0, VIEWERS_MAX).map(({ clientId, name, color }) => (
            <Avatar key={clientId} name={name} color={color} size={18} label={t('people.opened', { name })} />
          ))}
        </span>
      )}
      {isDone ? <CircleCheck className="icon card-check" aria-hidden="true" /> : <CardTop card={card} />}
      {isRenaming ? (
        <TitleField
          value={card.title}
          label={t('card.title')}
          onDone={(next, hasLeft) => {
            board.renaming.set(null)
            if (next !== null && next.trim() !== '') board.edits.setTitle(id, next)
            if (!hasLeft) requestAnimationFrame(() => cardElement(id)?.focus())
          }}
        />
      ) : (
        <span className={`card-title${card.title ? '' : ' card-untitled'}`}>{title}</span>
      )}
      <CardMeta card={card} isDone={isDone} />
      {canEdit && !isRenaming && <CardMenu id={id} title={title} />}
    </div>
  )
})
