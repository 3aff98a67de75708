// The columns side by side; on a phone one at a time, with tabs above.

import { Plus } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useT } from '../i18n/index.ts'
import { autoScroll } from './auto-scroll.ts'
import { useBoard, useSnapshot } from './board-context.tsx'
import type { ColumnView } from './board-store.ts'
import { Column } from './Column.tsx'
import { useDragging } from './drag.ts'
import { firstCard } from './focus.ts'
import { useSignal } from './signal.ts'
import { TitleField } from './TitleField.tsx'
import './board.css'

export function BoardView() {
  const board = useBoard()
  const t = useT()
  const { columns } = useSnapshot()
  const scroller = useRef<HTMLElement>(null)
  const canEdit = useSignal(board.canEdit, (can) => can)
  const isLineLast = useSignal(board.hand, (hand) => hand?.kind === 'column' && hand.isPlaced && hand.before === null)
  const [isAdding, setAdding] = useState(false)
  useDragging(board)
  useFirstFocus()
  useEffect(() => {
    const element = scroller.current
    return element ? autoScroll(element) : undefined
  }, [])
  const isEmpty = columns.length > 0 && columns.every((view) => view.cards.length === 0)
  return (
    <>
      <ColumnTabs columns={columns} scroller={scroller} />
      <main
        id="board"
        ref={scroller}
        className="columns"
        aria-label={t('board.columns')}
        data-line-last={isLineLast || undefined}
        tabIndex={-1}
      >
        {columns.map((view, index) => (
          <Column key={view.column.id} view={view} index={index} count={columns.length} />
        ))}
        {columns.length === 0 && <p className="board-hint">{t('board.noColumns')}</p>}
        {isEmpty && canEdit && <p className="board-hint board-hint-empty">{t('board.empty')}</p>}
        {canEdit && (
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
        )}
      </main>
    </>
  )
}

/** One card is always within reach of Tab. */
function useFirstFocus(): void {
  const board = useBoard()
  const { columns } = useSnapshot()
  useEffect(() => {
    const focused = board.focused.get()
    const isShown = focused !== null && columns.length > 0 && board.store.columnOf(focused) !== null
    if (!isShown) board.focused.set(firstCard(board))
  }, [board, columns])
}

interface TabsProps {
  readonly columns: readonly ColumnView[]
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
      {columns.map(({ column, cards }, index) => (
        <button
          key={column.id}
          type="button"
          aria-current={index === shown || undefined}
          onClick={() => scroller.current?.children[index]?.scrollIntoView({ inline: 'start', block: 'nearest' })}
        >
          {column.name} <span>{cards.length}</span>
        </button>
      ))}
    </nav>
  )
}
