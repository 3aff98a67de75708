// The board in lanes: a row for each person, label or type, across all columns. Lanes out of view are not drawn, and of
// a lane in view only the cards that can be seen.

import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { type RefObject, useRef } from 'react'
import { type Translate, useT } from '../i18n/index.ts'
import { Avatar } from '../presence/Avatar.tsx'
import { useBoard, useShown, useSnapshot } from './board-context.tsx'
import type { BoardSnapshot } from './board-store.ts'
import { labelColor, memberOf } from './CardFacts.tsx'
import { CardList } from './CardList.tsx'
import { useColumnTarget } from './Column.tsx'
import { ColumnHead } from './ColumnHead.tsx'
import { type Group, NONE } from './filter.ts'
import { laneFold } from './focus.ts'
import type { Lane } from './lanes.ts'
import type { ShownColumn } from './lens.ts'
import { NewCard } from './NewCard.tsx'
import { CARD_TYPES } from './read.ts'
import { useSignal } from './signal.ts'
import './lanes.css'

/** px: the heads of the columns, the head of a lane, and a card before it is measured. */
const HEADS_PX = 42
const LANE_HEAD_PX = 36
const CARD_PX = 84
const LANE_GAP_PX = 8

export function Lanes({ scroller }: { scroller: RefObject<HTMLElement | null> }) {
  const board = useBoard()
  const { columns } = useShown()
  const lanes = board.lens.lanes() ?? []
  const folded = useSignal(board.lens.folded, (all) => all)
  const widths = columns.map(({ column }) => (folded.has(column.id) ? '40px' : 'minmax(256px, 1fr)')).join(' ')
  const virtual = useVirtualizer({
    count: lanes.length,
    getScrollElement: () => scroller.current,
    getItemKey: (at) => lanes[at]?.key ?? at,
    estimateSize: (at) => {
      const lane = lanes[at]
      if (!lane || folded.has(laneFold(lane.key))) return LANE_HEAD_PX
      return LANE_HEAD_PX + LANE_GAP_PX + Math.max(1, ...lane.cells.map((cell) => cell.length)) * CARD_PX
    },
    overscan: 1,
    scrollMargin: HEADS_PX,
    scrollPaddingStart: HEADS_PX + LANE_HEAD_PX,
    initialRect: { width: 1_200, height: 800 },
  })
  const style = { '--lane-columns': widths } as React.CSSProperties
  return (
    <div className="laned" style={style}>
      <div className="lane-columns">
        {columns.map((view, index) => (
          <div className="lane-column-head" key={view.column.id}>
            <ColumnHead view={view} index={index} count={columns.length} isFolded={folded.has(view.column.id)} />
          </div>
        ))}
      </div>
      <div className="lanes" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const lane = lanes[item.index]
          if (!lane) return null
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className="lane-at"
              style={{ top: item.start - HEADS_PX }}
            >
              <LaneRow
                lane={lane}
                columns={columns}
                scroller={scroller}
                top={item.start + LANE_HEAD_PX}
                isFolded={folded.has(laneFold(lane.key))}
              />
            </div>
          )
        })}
      </div>
    </div>
  )
}

interface RowProps {
  readonly lane: Lane
  readonly columns: readonly ShownColumn[]
  readonly scroller: RefObject<HTMLElement | null>
  readonly top: number
  readonly isFolded: boolean
}

function LaneRow({ lane, columns, scroller, top, isFolded }: RowProps) {
  const board = useBoard()
  const t = useT()
  const snapshot = useSnapshot()
  const group = board.lens.filter().group ?? 'assignee'
  const name = laneName(lane.key, group, snapshot, t)
  const Icon = isFolded ? ChevronRight : ChevronDown
  return (
    <section className="lane" aria-label={name}>
      <h3 className="lane-head">
        <button
          type="button"
          className="button"
          aria-expanded={!isFolded}
          title={t(isFolded ? 'lane.unfold' : 'lane.fold', { name })}
          onClick={() => board.lens.fold(laneFold(lane.key), !isFolded)}
        >
          <Icon className="icon" aria-hidden="true" />
          <LaneMark lane={lane.key} group={group} snapshot={snapshot} />
          <b>{name}</b>
        </button>
        <span className="column-count">{lane.count}</span>
        {lane.points > 0 && <span className="column-count">{t('board.points', { points: lane.points })}</span>}
      </h3>
      {!isFolded && (
        <div className="lane-cells">
          {columns.map((view, at) => (
            <Cell
              key={view.column.id}
              view={view}
              cards={lane.cells[at] ?? []}
              lane={lane.key}
              scroller={scroller}
              top={top}
            />
          ))}
        </div>
      )}
    </section>
  )
}

interface CellProps {
  readonly view: ShownColumn
  readonly cards: readonly string[]
  readonly lane: string
  readonly scroller: RefObject<HTMLElement | null>
  readonly top: number
}

function Cell({ view, cards, lane, scroller, top }: CellProps) {
  const board = useBoard()
  const ref = useRef<HTMLDivElement>(null)
  const { column } = view
  const isFolded = useSignal(board.lens.folded, (folded) => folded.has(column.id))
  const isAdding = useSignal(board.newCard, (field) => field?.column === column.id && (field.lane ?? null) === lane)
  useColumnTarget(ref, column.id, lane)
  return (
    <div
      ref={ref}
      className={`lane-cell${column.category === 'done' ? ' column-done' : ''}`}
      data-column={column.id}
      data-lane={lane}
    >
      {isAdding && <NewCard view={{ ...view, cards }} at="top" lane={lane} />}
      {!isFolded && <CardList column={column} cards={cards} lane={lane} scroller={scroller} margin={top} />}
    </div>
  )
}

function laneName(key: string, group: Group, { members, labels }: BoardSnapshot, t: Translate): string {
  if (group === 'type') return t(`filter.type.${CARD_TYPES.find((type) => type === key) ?? 'task'}`)
  if (key === NONE) return t(group === 'assignee' ? 'filter.none.who' : 'filter.none.label')
  return (group === 'assignee' ? members.get(key)?.name : labels.get(key)?.name) ?? key
}

function LaneMark({ lane, group, snapshot }: { lane: string; group: Group; snapshot: BoardSnapshot }) {
  if (lane === NONE || group === 'type') return null
  if (group === 'label') return <i className="label" style={labelColor(snapshot.labels.get(lane)?.color ?? 'grey')} />
  const { name, color } = memberOf(snapshot.members, lane)
  return <Avatar name={name} color={color} size={20} />
}
