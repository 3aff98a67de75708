// An open card: beside the board, which stays live. What this version does not edit is shown as it is.

import { ChevronDown, ChevronUp, Ellipsis, MoveRight, Trash2, X } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { Suspense, useEffect, useRef } from 'react'
import { lazyPart } from '../app/lazy-part.ts'
import { Item } from '../app/Menu.tsx'
import { deleteCard } from '../board/actions.ts'
import { useBoard, useCardData, usePeople, useSnapshot, whereIs } from '../board/board-context.tsx'
import { cardNumber, Labels, memberOf, PriorityMark } from '../board/CardFacts.tsx'
import { dueWords, formatMoment } from '../board/due.ts'
import { neighbour } from '../board/focus.ts'
import { closeCard } from '../board/keys.ts'
import type { CardData } from '../board/read.ts'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import { Avatar } from '../presence/Avatar.tsx'
import type { Me } from '../presence/people.ts'
import { PlainText } from './PlainText.tsx'
import { TitleArea } from './TitleArea.tsx'
import './drawer.css'

const Editor = lazyPart(async () => (await import('./Editor.tsx')).Editor)

export function Drawer({ id, me }: { id: string; me: Me }) {
  const board = useBoard()
  const t = useT()
  const card = useCardData(id)
  const ref = useRef<HTMLElement>(null)
  useEffect(() => ref.current?.focus(), [])
  return (
    <aside
      ref={ref}
      className="drawer"
      role="dialog"
      aria-label={card?.title || t('card.untitled')}
      tabIndex={-1}
      data-board-keys
    >
      {card && !card.isDeleted ? (
        <OpenCard card={card} me={me} />
      ) : (
        <Gone card={card} onClose={() => closeCard(board)} />
      )}
    </aside>
  )
}

function Gone({ card, onClose }: { card: CardData | null; onClose: () => void }) {
  const board = useBoard()
  const t = useT()
  return (
    <div className="drawer-gone">
      <h2>{t(card ? 'card.gone' : 'card.missing')}</h2>
      {card && <p>{t('card.goneDetail')}</p>}
      {card && board.canEdit.get() && (
        <button type="button" className="button button-edge" onClick={() => board.edits.restoreCard(card.id)}>
          {t('card.restore')}
        </button>
      )}
      <button type="button" className="button" onClick={onClose}>
        {t('app.close')}
      </button>
    </div>
  )
}

function OpenCard({ card, me }: { card: CardData; me: Me }) {
  const board = useBoard()
  const canEdit = useSignal(board.canEdit, (can) => can)
  return (
    <>
      <Head card={card} />
      <div className="drawer-body">
        <TitleArea card={card} canEdit={canEdit} />
        <Fields card={card} />
        <Description id={card.id} me={me} canEdit={canEdit} />
        <Checklist card={card} />
        <Comments card={card} />
        <Created card={card} />
      </div>
    </>
  )
}

function Head({ card }: { card: CardData }) {
  const board = useBoard()
  const t = useT()
  const snapshot = useSnapshot()
  const canEdit = useSignal(board.canEdit, (can) => can)
  const viewers = usePeople((people) => people.filter((person) => !person.isMe && person.focusCard === card.id))
  const go = (key: string): void => {
    const next = neighbour(board, card.id, key)
    if (next) board.openCard(next)
  }
  return (
    <header className="drawer-head">
      <span className="cut quiet">
        {snapshot.name} {cardNumber(card, snapshot) && <b>/ {cardNumber(card, snapshot)}</b>}
      </span>
      <span className="drawer-push" />
      <span className="drawer-viewers">
        {viewers.map(({ clientId, name, color }) => (
          <Avatar key={clientId} name={name} color={color} size={20} label={t('people.opened', { name })} />
        ))}
      </span>
      <IconButton words={t('card.previous')} onClick={() => go('ArrowUp')}>
        <ChevronUp className="icon" aria-hidden="true" />
      </IconButton>
      <IconButton words={t('card.next')} onClick={() => go('ArrowDown')}>
        <ChevronDown className="icon" aria-hidden="true" />
      </IconButton>
      {canEdit && (
        <DropdownMenu.Root modal={false}>
          <DropdownMenu.Trigger className="button button-icon" aria-label={t('card.menu', { title: card.title })}>
            <Ellipsis className="icon" aria-hidden="true" />
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content className="menu" align="end" sideOffset={2} collisionPadding={8}>
              <Item
                icon={<MoveRight />}
                words={t('card.move')}
                onSelect={() => requestAnimationFrame(() => board.moveMenu.set(card.id))}
              />
              <Item icon={<Trash2 />} words={t('card.delete')} onSelect={() => deleteCard(board, card.id)} />
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      )}
      <IconButton words={t('app.close')} onClick={() => closeCard(board)}>
        <X className="icon" aria-hidden="true" />
      </IconButton>
    </header>
  )
}

function IconButton({ words, onClick, children }: { words: string; onClick: () => void; children: React.ReactNode }) {
  return (
    <button type="button" className="button button-icon" aria-label={words} title={words} onClick={onClick}>
      {children}
    </button>
  )
}

/** What a card has; what it lacks has no row. */
function Fields({ card }: { card: CardData }) {
  const board = useBoard()
  const t = useT()
  const { members } = useSnapshot()
  const canEdit = useSignal(board.canEdit, (can) => can)
  const column = whereIs(board.store, card.id)?.view.column
  const due = card.due === null ? null : dueWords(card.due, Date.now())
  const priority = PRIORITIES.find((known) => known === card.priority)
  return (
    <dl className="fields">
      <Field name={t('card.status')}>
        {canEdit ? (
          <button type="button" className="button fields-status" onClick={() => board.moveMenu.set(card.id)}>
            <i className={`state state-${column?.category}`} />
            {column?.name}
          </button>
        ) : (
          <>
            <i className={`state state-${column?.category}`} />
            {column?.name}
          </>
        )}
      </Field>
      {card.assignees.length > 0 && (
        <Field name={t('card.assignees')}>
          {card.assignees.map((id) => {
            const { name, color } = memberOf(members, id)
            return (
              <span key={id} className="fields-person">
                <Avatar name={name} color={color} size={20} />
                {name}
              </span>
            )
          })}
        </Field>
      )}
      {card.points !== null && (
        <Field name={t('card.pointsField')}>
          <span className="card-points">{card.points}</span>
        </Field>
      )}
      {due && (
        <Field name={t('card.due')}>
          <span className={`card-due-${due.kind}`}>{due.words}</span>
        </Field>
      )}
      {priority && (
        <Field name={t('card.priority')}>
          <PriorityMark priority={priority} />
          {t(`card.priority.${priority}`)}
        </Field>
      )}
      {card.labels.length > 0 && (
        <Field name={t('card.labels')}>
          <Labels ids={card.labels} />
        </Field>
      )}
    </dl>
  )
}

const PRIORITIES = ['urgent', 'high', 'low'] as const

function Field({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="field-row">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Description({ id, me, canEdit }: { id: string; me: Me; canEdit: boolean }) {
  const board = useBoard()
  const t = useT()
  const fragment = board.store.description(id)
  if (!fragment) return null
  const plain = <PlainText fragment={fragment} />
  return (
    <section className="part prose" aria-label={t('card.description')}>
      {canEdit ? (
        <Suspense fallback={plain}>
          <Editor fragment={fragment} awareness={board.session.awareness} me={me} label={t('card.description')} />
        </Suspense>
      ) : (
        plain
      )}
    </section>
  )
}

function Checklist({ card }: { card: CardData }) {
  const t = useT()
  const of = card.checklist.length
  const done = card.checklist.filter((item) => item.isDone).length
  if (of === 0) return null
  return (
    <section className="part">
      <h3>
        {t('card.checklistTitle')} <span>{`${done}/${of}`}</span>
        <progress value={done} max={of} aria-label={t('card.checklist', { done, of })} />
      </h3>
      <ul className="todos">
        {card.checklist.map((item) => (
          <li key={item.id} data-done={item.isDone || undefined}>
            <span className="todo-box" aria-hidden="true" />
            {item.text}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Comments({ card }: { card: CardData }) {
  const t = useT()
  const { members } = useSnapshot()
  if (card.comments.length === 0) return null
  return (
    <section className="part">
      <h3>
        {t('card.commentsTitle')} <span>{card.comments.length}</span>
      </h3>
      <ul className="comments">
        {card.comments.map(({ id, by, at, body }) => {
          const { name, color } = memberOf(members, by)
          return (
            <li key={id}>
              <Avatar name={name} color={color} size={28} />
              <div>
                <b>{name}</b> <time dateTime={new Date(at).toISOString()}>{formatMoment(at)}</time>
                <p>{body}</p>
              </div>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Created({ card }: { card: CardData }) {
  const t = useT()
  if (card.createdAt === null) return null
  return <p className="created">{t('card.created', { when: formatMoment(card.createdAt) })}</p>
}
