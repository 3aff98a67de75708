// The board: its filter, and the columns side by side or in lanes; on a phone one column at a time, with tabs above.

import { Plus } from 'lucide-react'
import { Suspense, useEffect, useRef, useState } from 'react'
import { lazyPart } from '../app/lazy-part.ts'
import { FilterBar, useFilter } from '../filter/FilterBar.tsx'
import { useT } from '../i18n/index.ts'
import { useMe } from '../presence/me.ts'
import { autoScroll } from './auto-scroll.ts'
import { useBoard, useShown } from './board-context.tsx'
import { Column } from './Column.tsx'
import { useDragging } from './drag.ts'
import { isFiltering } from './filter.ts'
import { firstCard } from './focus.ts'
import type { ShownColumn } from './lens.ts'
import type { Wip } from './read.ts'
import { forgetGone } from './selection.ts'
import { useSignal } from './signal.ts'
import { TitleField } from './TitleField.tsx'
import './board.css'

const Lanes = lazyPart(async () => (await import('./Lanes.tsx')).Lanes)
const BulkBar = lazyPart(async () => (await import('./BulkBar.tsx')).BulkBar)
const Peek = lazyPart(async () => (await import('./Peek.tsx')).Peek)
const WipDialog = lazyPart(async () => (await import('./WipDialog.tsx')).WipDialog)
const ArchivePanel = lazyPart(async () => (await import('./ArchivePanel.tsx')).ArchivePanel)
const SavedFilters = lazyPart(async () => (await import('../filter/SavedFilters.tsx')).SavedFilters)

export function BoardView() {
  const board = useBoard()
  const t = useT()
  const { columns, count, total } = useShown()
  const filter = useFilter()
  const scroller = useRef<HTMLElement>(null)
  const isLineLast = useSignal(board.hand, (hand) => hand?.kind === 'column' && hand.isPlaced && hand.before === null)
  const canEdit = useSignal(board.canEdit, (can) => can)
  useDragging(board)
  useFirstFocus()
  useNotices()
  useEffect(() => forgetGone(board), [board])
  useEffect(() => {
    const element = scroller.current
    return element ? autoScroll(element) : undefined
  }, [])
  const isLaned = filter.group !== null && columns.length > 0
  return (
    <div className="board-view">
      <FilterBar />
      <ColumnTabs columns={columns} scroller={scroller} />
      <main
        id="board"
        ref={scroller}
        className={isLaned ? 'columns columns-laned' : 'columns'}
        aria-label={t('board.columns')}
        data-line-last={isLineLast || undefined}
        tabIndex={-1}
      >
        {isLaned ? (
          <Suspense fallback={null}>
            <Lanes scroller={scroller} />
          </Suspense>
        ) : (
          columns.map((view, index) => <Column key={view.column.id} view={view} index={index} count={columns.length} />)
        )}
        {columns.length === 0 && <p className="board-hint">{t('board.noColumns')}</p>}
        {total === 0 && columns.length > 0 && canEdit && (
          <p className="board-hint board-hint-empty">{t('board.empty')}</p>
        )}
        {canEdit && !isLaned && <NewColumn />}
      </main>
      {count === 0 && total > 0 && isFiltering(filter) && (
        <div className="board-none" role="status">
          <b>{t('filter.empty')}</b>
          <p>{t('filter.emptyDetail', { total })}</p>
          <button type="button" className="button button-edge" onClick={() => board.clearFilter()}>
            {t('filter.clear')}
          </button>
        </div>
      )}
      <Over />
    </div>
  )
}

/** What lies over the board for a while. Fetched when it is wanted. */
function Over() {
  const board = useBoard()
  const isChoosing = useSignal(board.selected, (selected) => selected.size > 0)
  const canEdit = useSignal(board.canEdit, (can) => can)
  const peeked = useSignal(board.peeked, (card) => card)
  const panel = useSignal(board.panel, (open) => open)
  const close = (): void => board.panel.set(null)
  return (
    <Suspense fallback={null}>
      {isChoosing && canEdit && <BulkBar />}
      {peeked !== null && <Peek id={peeked} />}
      {panel?.kind === 'wip' && <WipDialog column={panel.column} onClose={close} />}
      {panel?.kind === 'archive' && <ArchivePanel onClose={close} />}
      {panel?.kind === 'filters' && <SavedFilters onClose={close} />}
    </Suspense>
  )
}

function NewColumn() {
  const board = useBoard()
  const t = useT()
  const [isAdding, setAdding] = useState(false)
  return (
    <div className="column-new" data-open={isAdding || undefined}>
      {isAdding ? (
        <TitleField
          value=""
          label={t('column.name')}
          placeholder={t('column.name')}
          onDone={(name) => {
            setAdding(false)
            if (name !== null && name.trim() !== '') board.edits.addColumn(name)
          }}
        />
      ) : (
        <button
          type="button"
          className="button button-icon"
          aria-label={t('column.add')}
          title={t('column.add')}
          onClick={() => setAdding(true)}
        >
          <Plus className="icon" aria-hidden="true" />
          <span>{t('column.add')}</span>
        </button>
      )}
    </div>
  )
}

/** What is told of its own accord comes after the first paint, and touch only where there is a touch screen. */
function useNotices(): void {
  const board = useBoard()
  const me = useMe()
  useEffect(() => {
    const stops: (() => void)[] = []
    let isGone = false
    const begin = async (): Promise<void> => {
      const { giveNotice } = await import('./notices.ts')
      if (!isGone) stops.push(giveNotice(board, me.id))
      if (!matchMedia('(any-pointer: coarse)').matches) return
      const { dragByTouch } = await import('./touch-drag.ts')
      if (!isGone) stops.push(dragByTouch(board))
    }
    // Without them the board works, if silently.
    begin().catch(() => {})
    return () => {
      isGone = true
      for (const stop of stops) stop()
    }
  }, [board, me.id])
}

/** One card is always within reach of Tab. */
function useFirstFocus(): void {
  const board = useBoard()
  const { columns } = useShown()
  useEffect(() => {
    const focused = board.focused.get()
    const isShown = focused !== null && columns.length > 0 && board.lens.where(focused) !== null
    if (!isShown) board.focused.set(firstCard(board))
  }, [board, columns])
}

interface TabsProps {
  readonly columns: readonly ShownColumn[]
  readonly scroller: React.RefObject<HTMLElement | null>
}

/** Which column a phone shows, and the way to the others. */
function ColumnTabs({ columns, scroller }: TabsProps) {
  const t = useT()
  const [shown, setShown] = useState(0)
  const tabs = useRef<HTMLElement>(null)
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const onScroll = (): void => {
      const width = element.firstElementChild?.clientWidth ?? element.clientWidth
      setShown(Math.round(element.scrollLeft / Math.max(width, 1)))
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [scroller])
  useEffect(() => {
    const tab = tabs.current?.children[shown]
    tab?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [shown])
  return (
    <nav ref={tabs} className="column-tabs" aria-label={t('board.columns')}>
      {columns.map(({ column, cards, full }, index) => (
        <button
          key={column.id}
          type="button"
          aria-current={index === shown || undefined}
          onClick={() => scroller.current?.children[index]?.scrollIntoView({ inline: 'start', block: 'nearest' })}
        >
          {column.name} <TabCount wip={column.wip} count={cards.length} all={full.cards.length} />
        </button>
      ))}
    </nav>
  )
}

interface CountProps {
  readonly wip: Wip | null
  readonly count: number
  readonly all: number
}

function TabCount({ wip, count, all }: CountProps) {
  if (!wip) return <span>{count}</span>
  const state = all > wip.n ? 'over' : all === wip.n ? 'at' : 'below'
  return <span className={`tab-${state}`}>{`${all}/${wip.n}`}</span>
}
