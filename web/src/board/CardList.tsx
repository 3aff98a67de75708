// Cards one under the other: only those in view are drawn. What teammates hold is among them, and where mine would land.

import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { attachClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, type RefObject, useCallback, useEffect, useMemo, useRef } from 'react'
import type { Drag } from '../presence/people.ts'
import { type BoardModel, type Dragging, isDragging, useBoard, usePeople } from './board-context.tsx'
import { Card } from './Card.tsx'
import { Ghost, Origin } from './Ghosts.tsx'
import { laneOf } from './lanes.ts'
import type { ColumnData } from './read.ts'
import { type Row, rowsOf } from './rows.ts'
import { useSignal } from './signal.ts'

/** Heights in px before they are measured: a finished card is one line. */
const CARD_PX = 84
const DONE_PX = 36

interface Props {
  readonly column: ColumnData
  readonly cards: readonly string[]
  readonly lane?: string
  /** What scrolls, and how far below its top the list begins. */
  readonly scroller: RefObject<HTMLElement | null>
  readonly margin?: number
}

export function CardList({ column, cards, lane, scroller, margin = 0 }: Props) {
  const board = useBoard()
  const isDone = column.category === 'done'
  const lineBefore = useSignal(board.hand, (hand) =>
    hand?.kind === 'card' && hand.to?.column === column.id && hand.to.lane === lane ? (hand.to.before ?? END) : null,
  )
  const drags = usePeople((people) => people.filter(isDragging).filter(({ drag }) => isAt(board, drag, column.id)))
  const rows = useMemo(() => {
    const { group } = board.lens.filter()
    const isHere = (card: string): boolean => {
      const data = board.store.card(card)
      return data !== null && group !== null && laneOf(data, group, board.store.snapshot()) === lane
    }
    const shown = drags.filter(
      ({ drag }) => lane === undefined || (drag.before ? cards.includes(drag.before) : isHere(drag.card)),
    )
    return rowsOf(cards, column.id, drags, shown)
  }, [board, cards, column.id, drags, lane])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isDone ? DONE_PX : CARD_PX),
    // Not a new function at each paint, or every scroll would measure all rows.
    getItemKey: rows.keyAt,
    overscan: 6,
    scrollMargin: margin,
    // Until the list is measured, a screenful is drawn.
    initialRect: { width: 260, height: 800 },
  })
  const scrollsTo = lane === undefined ? column.id : `${column.id} ${lane}`
  useEffect(() => {
    board.scrollers.set(scrollsTo, (at, align) => virtual.scrollToIndex(at, { align: align ?? 'auto' }))
    return () => {
      board.scrollers.delete(scrollsTo)
    }
  }, [board, scrollsTo, virtual])
  return (
    <>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without markers */}
      <ul role="list" className="cards" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows.at(item.index)
          if (!row) return null
          return (
            <RowItem
              key={item.key}
              kind={row.kind}
              card={row.card}
              drag={row.kind === 'card' ? null : row.drag}
              isDone={isDone}
              start={item.start - margin}
              index={item.index}
              measure={virtual.measureElement}
              position={row.kind === 'ghost' ? 0 : rows.cardIndex(item.index) + 1}
              size={cards.length}
              line={lineOf(row, lineBefore, item.index === rows.length - 1)}
            />
          )
        })}
      </ul>
      {rows.length === 0 && <div className={`column-empty${lineBefore === END ? ' column-empty-over' : ''}`} />}
    </>
  )
}

/** Whether a hand is over a column, or holds one of its cards: other columns need not be painted when it moves. */
function isAt({ store }: BoardModel, drag: Drag, column: string): boolean {
  const isFrom = (card: string): boolean => store.columnOf(card)?.column.id === column
  return drag.column === column || isFrom(drag.card) || drag.others.some(isFrom)
}

/** Stands for the end of a column; no card has this id. */
const END = '\u0000end'

function lineOf(row: Row, before: string | null, isLast: boolean): 'above' | 'below' | null {
  if (before === null) return null
  if (row.kind !== 'ghost' && row.card === before) return 'above'
  return before === END && isLast ? 'below' : null
}

interface RowProps {
  readonly kind: Row['kind']
  readonly card: string
  readonly drag: Dragging | null
  readonly isDone: boolean
  readonly start: number
  readonly index: number
  readonly position: number
  readonly size: number
  readonly line: 'above' | 'below' | null
  readonly measure: (element: Element | null) => void
}

/** Painted again only when something of its own changed: others' hands move many times a second. */
const RowItem = memo(function RowItem(props: RowProps) {
  const { kind, card, drag, isDone, start, index, position, size, line, measure } = props
  const ref = useRef<HTMLLIElement>(null)
  const isTarget = kind !== 'ghost'
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
  const attach = useCallback(
    (element: HTMLLIElement | null) => {
      ref.current = element
      measure(element)
    },
    [measure],
  )
  const place = isTarget ? { 'aria-setsize': size, 'aria-posinset': position } : { 'aria-hidden': true }
  return (
    <li
      ref={attach}
      data-index={index}
      data-line={line ?? undefined}
      style={{ transform: `translateY(${start}px)` }}
      {...place}
    >
      {kind === 'card' && <Card id={card} isDone={isDone} />}
      {kind === 'origin' && drag && <Origin id={card} drag={drag} />}
      {kind === 'ghost' && drag && <Ghost drag={drag} />}
    </li>
  )
})
