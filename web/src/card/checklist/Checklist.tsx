// What is to be done for a card: tick, write, order by hand or by keys.

import { Plus } from 'lucide-react'
import { Fragment, useRef, useState } from 'react'
import { announce } from '../../app/announce.tsx'
import { useBoard } from '../../board/board-context.tsx'
import type { CardData } from '../../board/read.ts'
import { useT } from '../../i18n/index.ts'
import { addItems } from './add-items.ts'
import { ItemField } from './ItemField.tsx'
import { ItemRow } from './ItemRow.tsx'
import type { PastedItem } from './lines.ts'

/** Where the field for a new item stands: after an item, or at the end. */
type NewAt = { readonly after: string | null }

export function Checklist({ card, canEdit }: { card: CardData; canEdit: boolean }) {
  const t = useT()
  const list = useRef<HTMLUListElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const [newAt, setNewAt] = useState<NewAt | null>(null)
  const items = card.checklist
  const of = items.length
  const done = items.filter((item) => item.isDone).length
  if (of === 0 && !canEdit) return null
  /** Puts the caret into an item, once it is drawn. */
  const focusItem = (id: string): void => {
    requestAnimationFrame(() => {
      list.current?.querySelector<HTMLElement>(`[data-item="${CSS.escape(id)}"] textarea`)?.focus()
    })
  }
  // The item that it stood after may be gone: then it stands at the end.
  const at = newAt?.after && items.some((item) => item.id === newAt.after) ? newAt.after : null
  const field = newAt && (
    <NewItem
      key="new"
      card={card}
      after={at}
      onAdded={(last) => setNewAt({ after: at === null ? null : last })}
      onDone={(isByKey) => {
        setNewAt(null)
        if (!isByKey) return
        if (at === null) requestAnimationFrame(() => button.current?.focus())
        else focusItem(at)
      }}
    />
  )
  return (
    <section className="part" aria-label={t('card.checklistTitle')}>
      <h3>
        {t('card.checklistTitle')}
        {of > 0 && (
          <>
            <span>{`${done}/${of}`}</span>
            <progress value={done} max={of} aria-label={t('card.checklist', { done, of })} />
          </>
        )}
      </h3>
      <ul className="todos" ref={list}>
        {items.map((item, index) => (
          <Fragment key={item.id}>
            <ItemRow
              card={card}
              item={item}
              at={index}
              canEdit={canEdit}
              focusItem={focusItem}
              addAfter={() => setNewAt({ after: item.id })}
            />
            {at === item.id && field}
          </Fragment>
        ))}
        {at === null && field}
      </ul>
      {canEdit && !(newAt && at === null) && (
        <button ref={button} type="button" className="button todo-add" onClick={() => setNewAt({ after: null })}>
          <Plus className="icon" aria-hidden="true" />
          {t('checklist.add')}
        </button>
      )}
    </section>
  )
}

interface NewItemProps {
  readonly card: CardData
  readonly after: string | null
  readonly onAdded: (last: string) => void
  readonly onDone: (isByKey: boolean) => void
}

function NewItem({ card, after, onAdded, onDone }: NewItemProps) {
  const board = useBoard()
  const t = useT()
  const add = (added: readonly PastedItem[]): void => {
    const at = card.checklist.findIndex((item) => item.id === after)
    const before = after === null ? null : (card.checklist[at + 1]?.id ?? null)
    const last = addItems(board.edits, card.id, added, before)
    if (added.length > 1) announce(t('checklist.added', { count: added.length }))
    if (last !== null) onAdded(last)
  }
  return (
    <li className="todo-new">
      <span className="todo-box" aria-hidden="true" />
      <ItemField
        value=""
        label={t('checklist.add')}
        placeholder={t('checklist.addHint')}
        isNew
        onEnter={(text, put) => {
          if (text.trim() === '') return onDone(true)
          add([{ text, isDone: false }])
          put('')
        }}
        onPaste={add}
        onLeave={(text) => {
          if (text.trim() !== '') add([{ text, isDone: false }])
          onDone(false)
        }}
        onEscape={() => onDone(true)}
        onEmpty={() => onDone(true)}
      />
    </li>
  )
}
