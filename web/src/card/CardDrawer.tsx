// A card in full, beside the board, which stays live.

import { ChevronDown, ChevronUp, MoveRight, Square, SquareCheck, Trash2, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import * as Y from 'yjs'
import { toast } from '../app/announce.tsx'
import { type BoardModel, dueWords, formatMoment, labelColor, moveAndSay, nested, titleOf, useCardData, useSnapshot } from '../board/index.ts'
import { useT } from '../i18n/index.ts'
import { Avatar, colorOf } from '../presence/Avatar.tsx'
import { Description } from './Description.tsx'
import { SharedTitle } from './SharedTitle.tsx'
import './card.css'

interface Props {
  readonly model: BoardModel
  readonly id: string
  readonly canEdit: boolean
  readonly onClose: () => void
  readonly onOpen: (id: string) => void
}

export default function CardDrawer({ model, id, canEdit, onClose, onOpen }: Props) {
  const t = useT()
  const card = useCardData(model.store, id)
  const drawer = useRef<HTMLElement>(null)
  useEffect(() => {
    drawer.current?.focus()
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return
      if ((event.target as Element | null)?.closest('[role=menu], [role=dialog]')) return
      onClose()
      requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-card="${id}"]`)?.focus())
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [id, onClose])
  const map = nested(model.session.document.getMap('cards'), id)
  return (
    <aside className="drawer" ref={drawer} tabIndex={-1} aria-label={titleOf(model, id)}>
      <DrawerBar model={model} id={id} canEdit={canEdit && card !== null && !card.isDeleted} onClose={onClose} onOpen={onOpen} />
      {!card && <p className="drawer-gone">{t('card.missing')}</p>}
      {card?.isDeleted && (
        <div className="drawer-gone">
          <strong>{t('card.gone')}</strong>
          <p>{t('card.goneDetail')}</p>
          {canEdit && (
            <button type="button" className="button button-edge" onClick={() => model.edits.restoreCard(id)}>
              {t('card.restore')}
            </button>
          )}
        </div>
      )}
      {card && map && (
        <div className="drawer-body">
          <SharedTitle model={model} id={id} map={map} canEdit={canEdit && !card.isDeleted} />
          <Fields model={model} id={id} canEdit={canEdit && !card.isDeleted} />
          <DescriptionOf model={model} map={map} canEdit={canEdit && !card.isDeleted} />
          <Checklist model={model} id={id} />
          <Comments model={model} id={id} />
          {card.createdAt !== null && <p className="drawer-created">{t('card.created', { when: formatMoment(card.createdAt) })}</p>}
        </div>
      )}
    </aside>
  )
}

function DrawerBar({ model, id, canEdit, onClose, onOpen }: Props) {
  const t = useT()
  const { columns } = useSnapshot(model.store)
  const cards = columns.find((view) => view.cards.includes(id))?.cards ?? []
  const at = cards.indexOf(id)
  const neighbour = (offset: number): string | undefined => (at < 0 ? undefined : cards[at + offset])
  return (
    <header className="drawer-bar">
      <button type="button" className="button button-icon" aria-label={t('card.previous')} disabled={!neighbour(-1)} onClick={() => open(-1)}>
        <ChevronUp className="icon" aria-hidden="true" />
      </button>
      <button type="button" className="button button-icon" aria-label={t('card.next')} disabled={!neighbour(1)} onClick={() => open(1)}>
        <ChevronDown className="icon" aria-hidden="true" />
      </button>
      <span className="drawer-space" />
      {canEdit && (
        <button type="button" className="button button-icon" aria-label={t('card.delete')} title={t('card.delete')} onClick={remove}>
          <Trash2 className="icon" aria-hidden="true" />
        </button>
      )}
      <button type="button" className="button button-icon" aria-label={t('app.close')} onClick={onClose}>
        <X className="icon" aria-hidden="true" />
      </button>
    </header>
  )

  function open(offset: number): void {
    const next = neighbour(offset)
    if (next) onOpen(next)
  }

  function remove(): void {
    const text = t('card.deleted', { title: titleOf(model, id) })
    model.edits.deleteCard(id)
    onClose()
    toast(text, () => model.edits.restoreCard(id))
  }
}

function Fields({ model, id, canEdit }: { model: BoardModel; id: string; canEdit: boolean }) {
  const t = useT()
  const card = useCardData(model.store, id)
  const { columns, labels, members } = useSnapshot(model.store)
  const here = columns.find((view) => view.cards.includes(id))
  if (!card) return null
  const shown = card.labels.map((label) => labels.get(label)).filter((label) => label !== undefined)
  const due = card.due === null ? null : dueWords(card.due, Date.now())
  const priorities = { urgent: t('card.priority.urgent'), high: t('card.priority.high'), low: t('card.priority.low') }
  const priority = card.priority && priorities[card.priority as keyof typeof priorities]
  return (
    <dl className="fields">
      <div>
        <dt>{t('card.status')}</dt>
        <dd>
          {canEdit && here ? (
            <span className="field-select">
              <MoveRight className="icon" aria-hidden="true" />
              <select
                aria-label={t('card.status')}
                value={here.column.id}
                onChange={(event) => {
                  const to = columns.find((view) => view.column.id === event.target.value)
                  if (to) moveAndSay(model, id, { column: to.column.id, before: to.cards[0] ?? null })
                }}
              >
                {columns.map((view) => (
                  <option key={view.column.id} value={view.column.id}>
                    {view.column.name}
                  </option>
                ))}
              </select>
            </span>
          ) : (
            here?.column.name
          )}
        </dd>
      </div>
      {card.assignees.length > 0 && (
        <div>
          <dt>{t('card.assignees')}</dt>
          <dd className="field-people">
            {card.assignees.map((person) => {
              const name = members.get(person) ?? person
              return (
                <span key={person}>
                  <Avatar name={name} color={colorOf(person)} size={20} /> {name}
                </span>
              )
            })}
          </dd>
        </div>
      )}
      {card.points !== null && (
        <div>
          <dt>{t('card.pointsField')}</dt>
          <dd>{card.points}</dd>
        </div>
      )}
      {due && (
        <div>
          <dt>{t('card.due')}</dt>
          <dd className={`card-due-${due.kind}`}>{due.words}</dd>
        </div>
      )}
      {priority && (
        <div>
          <dt>{t('card.priority')}</dt>
          <dd>{priority}</dd>
        </div>
      )}
      {shown.length > 0 && (
        <div>
          <dt>{t('card.labels')}</dt>
          <dd className="field-labels">
            {shown.map((label) => (
              <span key={label.id} className="label" style={{ '--label': labelColor(label.color) } as React.CSSProperties}>
                {label.name || label.color}
              </span>
            ))}
          </dd>
        </div>
      )}
    </dl>
  )
}

function DescriptionOf({ model, map, canEdit }: { model: BoardModel; map: Y.Map<unknown>; canEdit: boolean }) {
  const t = useT()
  const fragment = map.get('description')
  if (!(fragment instanceof Y.XmlFragment)) return null
  return (
    <section className="drawer-section">
      <h3>{t('card.description')}</h3>
      <Description fragment={fragment} awareness={model.session.awareness} canEdit={canEdit} />
    </section>
  )
}

function Checklist({ model, id }: { model: BoardModel; id: string }) {
  const t = useT()
  const items = useCardData(model.store, id)?.checklist ?? []
  if (items.length === 0) return null
  const done = items.filter((item) => item.isDone).length
  return (
    <section className="drawer-section">
      <h3>
        {t('card.checklistTitle')} <small>{`${done}/${items.length}`}</small>
      </h3>
      <ul>
        {items.map((item) => {
          const Box = item.isDone ? SquareCheck : Square
          return (
            <li key={item.id} className={`check${item.isDone ? ' check-done' : ''}`}>
              <Box className="icon" aria-hidden="true" />
              {item.text}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Comments({ model, id }: { model: BoardModel; id: string }) {
  const t = useT()
  const comments = useCardData(model.store, id)?.comments ?? []
  const { members } = useSnapshot(model.store)
  if (comments.length === 0) return null
  return (
    <section className="drawer-section">
      <h3>
        {t('card.commentsTitle')} <small>{comments.length}</small>
      </h3>
      <ul>
        {comments.map((comment) => {
          const name = members.get(comment.by) ?? comment.by
          return (
            <li key={comment.id} className="comment">
              <Avatar name={name} color={colorOf(comment.by)} size={24} />
              <div>
                <strong>{name}</strong> <time>{formatMoment(comment.at)}</time>
                <p>{comment.body}</p>
              </div>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
