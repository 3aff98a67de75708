// A column: its head, its cards (only those in sight are in the page), and a way to add one.

import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element'
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowLeft, ArrowRight, Ellipsis, Pencil, Plus, Trash2 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { memo, useEffect, useMemo, useRef, useState } from 'react'
import { announce, toast } from '../app/announce.tsx'
import { useT } from '../i18n/index.ts'
import type { Person } from '../presence/people.ts'
import { type BoardShared, useBoard, useForeignDrags } from './board-context.tsx'
import type { ColumnView } from './board-store.ts'
import { Card } from './Card.tsx'
import { GhostCard, OriginSlot } from './ForeignDrag.tsx'
import { titleOf } from './moves.ts'
import { TitleField } from './TitleField.tsx'

/** Heights before a card is measured. */
const CARD_HEIGHT = 78
const DONE_HEIGHT = 32
const GAP = 6
const OVERSCAN = 6

type Row =
  | { readonly kind: 'card'; readonly id: string }
  | { readonly kind: 'origin'; readonly id: string; readonly person: Person }
  | { readonly kind: 'ghost'; readonly id: string; readonly person: Person }

interface Props {
  readonly view: ColumnView
  readonly index: number
  readonly count: number
  readonly composing: 'top' | 'bottom' | null
  readonly compose: (where: 'top' | 'bottom' | null) => void
  /** Lets the board scroll to a card of this column. */
  readonly register: (column: string, scrollTo: ((card: string) => void) | null) => void
}

export const Column = memo(function Column({ view, index, count, composing, compose, register }: Props) {
  const board = useBoard()
  const t = useT()
  const { column, cards } = view
  const rows = useRows(view)
  const isDone = column.category === 'done'
  const list = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    estimateSize: () => (isDone ? DONE_HEIGHT : CARD_HEIGHT),
    getItemKey: (at) => rowKey(rows[at]),
    gap: isDone ? 4 : GAP,
    overscan: OVERSCAN,
    paddingStart: 9,
  })
  const scrollTo = useRef<(card: string) => void>(() => undefined)
  scrollTo.current = (card) => {
    const at = rows.findIndex((row) => row.id === card)
    if (at >= 0) virtual.scrollToIndex(at)
  }
  useEffect(() => {
    register(column.id, (card) => scrollTo.current(card))
    return () => register(column.id, null)
  }, [column.id, register])
  useListAsTarget(list, column.id, board.canEdit)
  const to = board.hand?.kind === 'card' && board.hand.to?.column === column.id ? board.hand.to : null
  const lineAt = to && lineOffset(rows, to.before, virtual)
  const classes = ['column', to && 'column-into', board.hand?.kind === 'column' && board.hand.column === column.id && 'column-in-hand']
  return (
    <section className={classes.filter(Boolean).join(' ')} data-column={column.id} aria-label={column.name}>
      {board.hand?.kind === 'column' && board.hand.before === column.id && <span className="column-line" />}
      <ColumnHead view={view} index={index} count={count} onAdd={() => compose('top')} />
      <div className="column-limit" />
      <div className="column-list" ref={list}>
        {composing === 'top' && <Composer view={view} where="top" onClose={() => compose(null)} />}
        <ul className="column-cards" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]
            return (
              row && (
                <li
                  key={item.key}
                  ref={virtual.measureElement}
                  data-index={item.index}
                  style={{ transform: `translateY(${item.start}px)` }}
                  aria-setsize={cards.length}
                  aria-posinset={item.index + 1}
                >
                  <RowView row={row} isDone={isDone} />
                </li>
              )
            )
          })}
          {lineAt !== null && <li className="insert-line" style={{ transform: `translateY(${lineAt}px)` }} aria-hidden="true" />}
        </ul>
        {composing === 'bottom' && <Composer view={view} where="bottom" onClose={() => compose(null)} />}
        {board.canEdit && composing !== 'bottom' && (
          <button type="button" className="column-add" onClick={() => compose('bottom')}>
            <Plus className="icon" aria-hidden="true" />
            {t('card.add')}
          </button>
        )}
      </div>
    </section>
  )
})

/** Cards in order; what a teammate drags leaves a slot where it was and a ghost where it would land. */
function useRows(view: ColumnView): readonly Row[] {
  const drags = useForeignDrags()
  return useMemo(() => {
    if (drags.length === 0) return view.cards.map((id) => ({ kind: 'card', id }))
    const byCard = new Map(drags.map((person) => [person.drag.card, person]))
    const ghosts = drags.filter((person) => person.drag.column === view.column.id)
    const rows: Row[] = []
    const ghostsBefore = (before: string | null): void => {
      for (const person of ghosts) {
        if (person.drag.before === before) rows.push({ kind: 'ghost', id: person.drag.card, person })
      }
    }
    for (const id of view.cards) {
      ghostsBefore(id)
      const person = byCard.get(id)
      rows.push(person ? { kind: 'origin', id, person } : { kind: 'card', id })
    }
    ghostsBefore(null)
    return rows
  }, [view, drags])
}

function rowKey(row: Row | undefined): string {
  if (!row) return ''
  return row.kind === 'card' ? row.id : `${row.kind}-${row.person.clientId}-${row.id}`
}

function RowView({ row, isDone }: { row: Row; isDone: boolean }) {
  switch (row.kind) {
    case 'card':
      return <Card id={row.id} isDone={isDone} />
    case 'origin':
      return <OriginSlot card={row.id} person={row.person} />
    case 'ghost':
      return <GhostCard card={row.id} person={row.person} />
  }
}

function lineOffset(rows: readonly Row[], before: string | null, virtual: ReturnType<typeof useVirtualizer<HTMLDivElement, Element>>): number | null {
  if (before === null) return virtual.getTotalSize() + 1
  const at = rows.findIndex((row) => row.id === before)
  const item = virtual.getVirtualItems().find((candidate) => candidate.index === at)
  return item ? item.start - 4 : null
}

/** Below its cards, a column takes what is dropped at its end. */
function useListAsTarget(list: React.RefObject<HTMLDivElement | null>, column: string, canEdit: boolean): void {
  useEffect(() => {
    const element = list.current
    if (!element || !canEdit) return
    return combine(
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data['kind'] === 'card',
        getData: () => ({ kind: 'list', column }),
      }),
      autoScrollForElements({ element, canScroll: ({ source }) => source.data['kind'] === 'card' }),
    )
  }, [list, column, canEdit])
}

function ColumnHead({ view, index, count, onAdd }: { view: ColumnView; index: number; count: number; onAdd: () => void }) {
  const board = useBoard()
  const t = useT()
  const ref = useRef<HTMLElement>(null)
  const [isRenaming, setRenaming] = useState(false)
  const { column, cards, points } = view
  const { takeInHand } = board
  useEffect(() => {
    const element = ref.current
    if (!element || !board.canEdit || isRenaming) return
    return combine(
      draggable({
        element,
        getInitialData: () => ({ kind: 'column', column: column.id }),
        onDragStart: () => takeInHand({ kind: 'column', column: column.id, before: column.id }),
        onDrop: () => takeInHand(null),
      }),
    )
  }, [column.id, board.canEdit, isRenaming, takeInHand])
  if (isRenaming) {
    return (
      <header className="column-head">
        <TitleField
          value={column.name}
          label={t('column.name')}
          onDone={(name) => {
            setRenaming(false)
            if (name?.trim()) board.edits.renameColumn(column.id, name)
          }}
        />
      </header>
    )
  }
  return (
    <header className="column-head" ref={ref}>
      <h2 className="cut" onDoubleClick={() => board.canEdit && setRenaming(true)}>
        {column.name}
      </h2>
      <span className="column-count" title={t('board.count', { count: cards.length })}>
        {cards.length}
      </span>
      {points > 0 && <span className="column-count">{t('board.points', { points })}</span>}
      {board.canEdit && (
        <span className="column-tools">
          <button type="button" className="button button-icon" aria-label={t('card.addTo', { name: column.name })} onClick={onAdd}>
            <Plus className="icon" aria-hidden="true" />
          </button>
          <ColumnMenu view={view} index={index} count={count} onRename={() => setRenaming(true)} />
        </span>
      )}
    </header>
  )
}

interface MenuProps {
  readonly view: ColumnView
  readonly index: number
  readonly count: number
  readonly onRename: () => void
}

function ColumnMenu({ view, index, count, onRename }: MenuProps) {
  const board = useBoard()
  const t = useT()
  const { column } = view
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button button-icon" aria-label={t('column.menu', { name: column.name })}>
        <Ellipsis className="icon" aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={2} onCloseAutoFocus={(event) => event.preventDefault()}>
          <DropdownMenu.Item className="menu-item" onSelect={() => requestAnimationFrame(onRename)}>
            <Pencil className="icon" aria-hidden="true" />
            {t('column.rename')}
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" disabled={index === 0} onSelect={() => moveColumn(board, column.id, -1)}>
            <ArrowLeft className="icon" aria-hidden="true" />
            {t('column.left')}
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" disabled={index === count - 1} onSelect={() => moveColumn(board, column.id, 1)}>
            <ArrowRight className="icon" aria-hidden="true" />
            {t('column.right')}
          </DropdownMenu.Item>
          <div className="menu-line" />
          <DropdownMenu.Item className="menu-item" disabled={count === 1} onSelect={() => deleteColumn()}>
            <Trash2 className="icon" aria-hidden="true" />
            {t('column.delete')}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )

  function deleteColumn(): void {
    board.edits.deleteColumn(column.id)
    toast(t('column.deleted', { name: column.name }), () => board.edits.restoreColumn(column.id))
  }

  function moveColumn(shared: BoardShared, id: string, offset: -1 | 1): void {
    const { columns } = shared.store.snapshot()
    const before = columns[index + (offset === 1 ? 2 : -1)]
    shared.edits.moveColumn(id, before?.column.id ?? null)
    announce(t('column.moved', { name: column.name }))
  }
}

function Composer({ view, where, onClose }: { view: ColumnView; where: 'top' | 'bottom'; onClose: () => void }) {
  const board = useBoard()
  const t = useT()
  const { column } = view
  return (
    <div className="composer">
      <TitleField
        value=""
        label={t('card.new')}
        placeholder={t('card.placeholder')}
        isOpenEnded
        onDone={(title) => {
          if (title?.trim()) {
            const before = where === 'top' ? (board.store.columnOf(view.cards[0] ?? '')?.cards[0] ?? null) : null
            const id = board.edits.addCard(title, { column: column.id, before })
            announce(t('card.added', { title: titleOf(board, id), column: column.name }))
          }
          if (title === null) onClose()
        }}
      />
    </div>
  )
}
