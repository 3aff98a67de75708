// A card on the board: what it says, who has it open, and a menu that does without dragging.

import { attachClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { CircleCheck, CircleDashed, Clock, Ellipsis, MessageSquare, MoveRight, Pencil, SquareArrowOutUpRight, Trash2 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { memo, useEffect, useRef, useState } from 'react'
import { toast } from '../app/announce.tsx'
import { useT } from '../i18n/index.ts'
import { Avatar, colorOf } from '../presence/Avatar.tsx'
import { useBoard, useCardData, useSnapshot, useViewers } from './board-context.tsx'
import { dueWords } from './due.ts'
import { titleOf } from './moves.ts'
import type { CardData } from './read.ts'
import { TitleField } from './TitleField.tsx'

interface Props {
  readonly id: string
  readonly isDone: boolean
}

export const Card = memo(function Card({ id, isDone }: Props) {
  const board = useBoard()
  const card = useCardData(board.store, id)
  const viewers = useViewers(id)
  const ref = useRef<HTMLDivElement>(null)
  const [isRenaming, setRenaming] = useState(false)
  const t = useT()
  const { takeInHand, people } = board
  useEffect(() => {
    const element = ref.current
    if (!element || !board.canEdit || isRenaming) return
    return combine(
      draggable({
        element,
        getInitialData: () => ({ kind: 'card', card: id }),
        onDragStart: () => takeInHand({ kind: 'card', card: id, to: null }),
        onDrop: () => {
          takeInHand(null)
          people.setDrag(null)
        },
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data['kind'] === 'card',
        getData: ({ input, element }) =>
          attachClosestEdge({ kind: 'card', card: id }, { input, element, allowedEdges: ['top', 'bottom'] }),
      }),
    )
  }, [id, board.canEdit, isRenaming, takeInHand, people])
  if (!card) return null
  const title = card.title || t('card.untitled')
  const isInHand = board.hand?.kind === 'card' && board.hand.card === id
  const classes = ['card', isDone && 'card-done', isInHand && 'card-in-hand', board.openCardId === id && 'card-open']
  return (
    // biome-ignore lint/a11y/useSemanticElements: a card holds a menu button, which a button may not
    <div
      ref={ref}
      className={classes.filter(Boolean).join(' ')}
      data-card={id}
      role="button"
      tabIndex={board.focusedCard === id ? 0 : -1}
      aria-label={cardLabel(card, title)}
      onFocus={() => board.setFocusedCard(id)}
      onClick={(event) => {
        if (!isRenaming && !(event.target as Element).closest('button, input, [role=menu]')) board.openCard(id)
      }}
      onDoubleClick={() => board.canEdit && setRenaming(true)}
      onKeyDown={(event) => {
        if (event.key === 'e' && event.target === event.currentTarget && board.canEdit && !modified(event)) {
          event.preventDefault()
          setRenaming(true)
        }
      }}
    >
      {viewers.length > 0 && (
        <span className="card-viewers">
          {viewers.slice(0, 3).map((person) => (
            <Avatar key={person.clientId} name={person.name} color={person.color} size={18} label={t('people.opened', { name: person.name })} />
          ))}
        </span>
      )}
      {!isDone && <CardTop card={card} />}
      {isDone && <CircleCheck className="icon card-check" aria-hidden="true" />}
      {isRenaming ? (
        <TitleField
          value={card.title}
          label={t('card.title')}
          onDone={(next) => {
            setRenaming(false)
            if (next !== null) board.edits.setTitle(id, next)
            requestAnimationFrame(() => ref.current?.focus())
          }}
        />
      ) : (
        <span className={`card-title${card.title ? '' : ' card-untitled'}`}>{title}</span>
      )}
      <CardMeta card={card} isDone={isDone} />
      {board.canEdit && <CardMenu id={id} title={title} onRename={() => setRenaming(true)} />}
    </div>
  )
})

function modified(event: React.KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing
}

function cardLabel(card: CardData, title: string): string {
  return card.points === null ? title : `${title}, ${card.points}`
}

function CardTop({ card }: { card: CardData }) {
  const { store } = useBoard()
  const { labels, key } = useSnapshot(store)
  const shown = card.labels.map((id) => labels.get(id)).filter((label) => label !== undefined)
  if (shown.length === 0 && card.number === null) return null
  return (
    <span className="card-top">
      {card.number !== null && <span>{key ? `${key}-${card.number}` : `#${card.number}`}</span>}
      {shown.slice(0, 3).map((label) => (
        <span key={label.id} className="label" style={{ '--label': labelColor(label.color) } as React.CSSProperties}>
          {label.name || label.color}
        </span>
      ))}
    </span>
  )
}

const LABEL_COLORS = new Set(['red', 'orange', 'amber', 'green', 'teal', 'blue', 'violet', 'pink', 'grey'])

/** A label's colour, if it is one of ours: what a document says is never put into a style. */
export function labelColor(name: string): string {
  return `var(--${LABEL_COLORS.has(name) ? name : 'grey'})`
}

function CardMeta({ card, isDone }: { card: CardData; isDone: boolean }) {
  const t = useT()
  const { store } = useBoard()
  const { members } = useSnapshot(store)
  const done = card.checklist.filter((item) => item.isDone).length
  const due = card.due === null || isDone ? null : dueWords(card.due, Date.now())
  const isEmpty = !due && card.checklist.length + card.comments.length + card.assignees.length === 0 && card.points === null
  if (isEmpty) return null
  return (
    <span className="card-meta">
      {due && (
        <span className={`card-bit card-due-${due.kind}`}>
          <Clock className="icon" aria-hidden="true" />
          {due.words}
        </span>
      )}
      {!isDone && card.checklist.length > 0 && (
        <span className="card-bit" title={t('card.checklist', { done, of: card.checklist.length })}>
          <CircleDashed className="icon" aria-hidden="true" />
          {done}/{card.checklist.length}
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
        {card.assignees.slice(0, 3).map((id) => {
          const name = members.get(id) ?? id
          return <Avatar key={id} name={name} color={colorOf(id)} size={20} label={name} />
        })}
      </span>
    </span>
  )
}

function CardMenu({ id, title, onRename }: { id: string; title: string; onRename: () => void }) {
  const board = useBoard()
  const t = useT()
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button button-icon card-menu" aria-label={t('card.menu', { title })}>
        <Ellipsis className="icon" aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={2} onCloseAutoFocus={(event) => event.preventDefault()}>
          <DropdownMenu.Item className="menu-item" onSelect={() => board.openCard(id)}>
            <SquareArrowOutUpRight className="icon" aria-hidden="true" />
            {t('card.open')}
            <kbd>Enter</kbd>
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => requestAnimationFrame(onRename)}>
            <Pencil className="icon" aria-hidden="true" />
            {t('card.rename')}
            <kbd>E</kbd>
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => board.moveMenuFor(id)}>
            <MoveRight className="icon" aria-hidden="true" />
            {t('card.move')}
            <kbd>M</kbd>
          </DropdownMenu.Item>
          <div className="menu-line" />
          <DropdownMenu.Item className="menu-item" onSelect={() => deleteWithUndo(board, id)}>
            <Trash2 className="icon" aria-hidden="true" />
            {t('card.delete')}
            <kbd>Del</kbd>
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )

  function deleteWithUndo(shared: typeof board, card: string): void {
    const text = t('card.deleted', { title: titleOf(shared, card) })
    shared.edits.deleteCard(card)
    toast(text, () => shared.edits.restoreCard(card))
  }
}
