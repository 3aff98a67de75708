// A column: its head, its cards (only those in view are drawn), what teammates hold over it, and a field for the next card.

import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { attachClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Plus } from 'lucide-react'
import { memo, useEffect, useMemo, useRef } from 'react'
import { useT } from '../i18n/index.ts'
import { addCard } from './actions.ts'
import { autoScroll } from './auto-scroll.ts'
import { isDragging, useBoard, usePeople } from './board-context.tsx'
import type { ColumnView } from './board-store.ts'
import { Card } from './Card.tsx'
import { ColumnHead } from './ColumnHead.tsx'
import { focusCard } from './focus.ts'
import { Ghost, Origin } from './Ghosts.tsx'
import { type Row, rowsOf } from './rows.ts'
import { useSignal } from './signal.ts'
import { TitleField } from './TitleField.tsx'

/** Heights in px before they are measured: a finished card is one line. */
const CARD_PX = 84
const DONE_PX = 36

interface Props {
  readonly view: ColumnView
  readonly index: number
  readonly count: number
}

export const Column = memo(function Column({ view, index, count }: Props) {
  const board = useBoard()
  const t = useT()
  const { column, cards } = view
  const isDone = column.category === 'done'
  const section = useRef<HTMLElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const canEdit = useSignal(board.canEdit, (can) => can)
  const newCard = useSignal(board.newCard, (field) => (field?.column === column.id ? field.at : null))
  const lineBefore = useSignal(board.hand, (hand) =>
    hand?.kind === 'card' && hand.to?.column === column.id ? (hand.to.before ?? END) : null,
  )
  const columnLine = useSignal(board.hand, (hand) =>
    hand?.kind === 'column' && hand.isPlaced && hand.before === column.id ? 'before' : null,
  )
  const drags = usePeople((people) => people.filter(isDragging))
  const rows = useMemo(() => rowsOf(cards, column.id, drags), [cards, column.id, drags])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    estimateSize: () => (isDone ? DONE_PX : CARD_PX),
    getItemKey: (at) => rows.keyAt(at),
    overscan: 6,
    // Until the list is measured, a screenful is drawn.
    initialRect: { width: 260, height: 800 },
  })
  useEffect(() => {
    board.scrollers.set(column.id, (at) => virtual.scrollToIndex(at, { align: 'auto' }))
    return () => {
      board.scrollers.delete(column.id)
    }
  }, [board, column.id, virtual])
  useEffect(() => {
    const [outer, inner] = [section.current, list.current]
    if (!outer || !inner) return
    return combine(
      dropTargetForElements({
        element: outer,
        canDrop: ({ source }) => source.data['kind'] === 'card' || source.data['column'] !== column.id,
        getData: ({ input, element, source }) =>
          source.data['kind'] === 'card'
            ? { kind: 'column', column: column.id }
            : attachClosestEdge(
                { kind: 'column', column: column.id },
                { input, element, allowedEdges: ['left', 'right'] },
              ),
      }),
      autoScroll(inner),
    )
  }, [column.id])
  // Cards written at the top one after the other stand in the order in which they were written.
  const lastAdded = useRef<string | null>(null)
  const finish = (title: string | null, hasLeft: boolean, at: 'top' | 'bottom'): void => {
    if (title !== null && title.trim() !== '') {
      const top = cards[lastAdded.current === null ? 0 : cards.indexOf(lastAdded.current) + 1] ?? null
      lastAdded.current = addCard(board, title, { column: column.id, before: at === 'top' ? top : null })
    }
    if (title !== null && !hasLeft) return
    lastAdded.current = null
    board.newCard.set(null)
    const focused = board.focused.get()
    if (!hasLeft && focused) focusCard(board, focused)
  }
  const field = (at: 'top' | 'bottom') => (
    <div className="card card-new">
      <TitleField
        value=""
        label={t('card.addTo', { name: column.name })}
        placeholder={t('card.placeholder')}
        isOpenEnded
        onDone={(title, hasLeft) => finish(title, hasLeft, at)}
      />
    </div>
  )
  const classes = ['column', columnLine && 'column-line', isDone && 'column-done']
  return (
    <section
      ref={section}
      className={classes.filter(Boolean).join(' ')}
      aria-label={column.name}
      data-column={column.id}
    >
      <ColumnHead view={view} index={index} count={count} />
      {newCard === 'top' && field('top')}
      <div ref={list} className="column-cards" data-over={lineBefore !== null || undefined}>
        {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without markers */}
        <ul role="list" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows.at(item.index)
            if (!row) return null
            const isCard = row.kind !== 'ghost'
            return (
              <RowItem
                key={item.key}
                row={row}
                isDone={isDone}
                start={item.start}
                index={item.index}
                measure={virtual.measureElement}
                position={isCard ? rows.cardIndex(item.index) + 1 : 0}
                size={cards.length}
                line={lineOf(row, lineBefore, item.index === rows.length - 1)}
              />
            )
          })}
        </ul>
        {rows.length === 0 && <div className={`column-empty${lineBefore === END ? ' column-empty-over' : ''}`} />}
        {newCard === 'bottom' && field('bottom')}
        {canEdit && newCard !== 'bottom' && (
          <button
            type="button"
            className="button card-add"
            onClick={() => board.newCard.set({ column: column.id, at: 'bottom' })}
          >
            <Plus className="icon" aria-hidden="true" />
            {t('card.add')}
          </button>
        )}
      </div>
    </section>
  )
})

/** Stands for the end of a column; no card has this id. */
const END = '\u0000end'

function lineOf(row: Row, before: string | null, isLast: boolean): 'above' | 'below' | null {
  if (before === null) return null
  if (row.kind !== 'ghost' && row.card === before) return 'above'
  return before === END && isLast ? 'below' : null
}

interface RowProps {
  readonly row: Row
  readonly isDone: boolean
  readonly start: number
  readonly index: number
  readonly position: number
  readonly size: number
  readonly line: 'above' | 'below' | null
  readonly measure: (element: Element | null) => void
}

function RowItem({ row, isDone, start, index, position, size, line, measure }: RowProps) {
  const ref = useRef<HTMLLIElement>(null)
  const card = row.card
  const isTarget = row.kind !== 'ghost'
  useEffect(() => {
    const element = ref.current
    if (!element || !isTarget) return
    return dropTargetForElements({
      element,
      canDrop: ({ source }) => source.data['kind'] === 'card',
      getData: ({ input, element }) =>
        attachClosestEdge({ kind: 'card', card }, { input, element, allowedEdges: ['top', 'bottom'] }),
    })
  }, [card, isTarget])
  const place = isTarget ? { 'aria-setsize': size, 'aria-posinset': position } : { 'aria-hidden': true }
  return (
    <li
      ref={(element) => {
        ref.current = element
        measure(element)
      }}
      data-index={index}
      data-line={line ?? undefined}
      style={{ transform: `translateY(${start}px)` }}
      {...place}
    >
      {row.kind === 'card' && <Card id={card} isDone={isDone} />}
      {row.kind === 'origin' && <Origin drag={row.drag} />}
      {row.kind === 'ghost' && <Ghost drag={row.drag} />}
    </li>
  )
}
