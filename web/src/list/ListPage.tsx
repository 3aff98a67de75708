// Every shown card as a table: sorted by any columns, filtered by the address, changed in place.

import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { announce } from '../app/announce.tsx'
import { lazyPart } from '../app/lazy-part.ts'
import { recall, remember } from '../app/stored.ts'
import { PHONE, useMedia } from '../app/use-media.ts'
import { useBoard, useShown, useSnapshot } from '../board/board-context.tsx'
import { forgetGone } from '../board/selection.ts'
import { useSignal } from '../board/signal.ts'
import { FilterBar } from '../filter/FilterBar.tsx'
import { useLanguage, useT } from '../i18n/index.ts'
import { useBoardId } from '../sprint/use-board-id.ts'
import { COLUMNS } from './columns.ts'
import { useListKeys } from './keys.ts'
import { ListRow } from './ListRow.tsx'
import { keysText, type ListColumn, nextKeys, parseKeys, type SortKey, sortCards } from './sort.ts'
import './list.css'

const BulkBar = lazyPart(async () => (await import('../board/BulkBar.tsx')).BulkBar)

const STORED = 'calit.sort.'
const ROW_PX = 36
const PHONE_ROW_PX = 64
/** A card that was scrolled to is drawn within a frame or two; more means it is gone. */
const FRAMES_MAX = 20

export function ListPage() {
  const board = useBoard()
  const t = useT()
  const id = useBoardId()
  const isPhone = useMedia(PHONE)
  const [keys, setKeys] = useState(() => parseKeys(recall(STORED + id)))
  const cards = useCards(keys)
  const order = useRef(cards)
  order.current = cards
  const scroller = useRef<HTMLDivElement>(null)
  const focused = useSignal(board.focused, (card) => card)
  const isChoosing = useSignal(board.selected, (selected) => selected.size > 0 && board.canEdit.get())
  useEffect(() => forgetGone(board), [board])
  const virtual = useVirtualizer({
    count: cards.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isPhone ? PHONE_ROW_PX : ROW_PX),
    // Not a new function at each paint, or every scroll would measure all rows.
    getItemKey: useCallback((at: number) => cards[at] ?? at, [cards]),
    overscan: 12,
    // Until the list is measured, a screenful is drawn.
    initialRect: { width: 1000, height: 800 },
  })
  const focus = useCallback(
    (card: string): void => {
      board.focused.set(card)
      const at = order.current.indexOf(card)
      if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' })
      let frames = 0
      const look = (): void => {
        const row = scroller.current?.querySelector<HTMLElement>(`[data-card="${CSS.escape(card)}"]`)
        frames += 1
        if (row) row.focus({ preventScroll: true })
        else if (frames < FRAMES_MAX) requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    },
    [board, virtual],
  )
  useListKeys(board, { order, focus })
  const sort = (column: ListColumn, isMore: boolean): void => {
    const next = nextKeys(keys, column, isMore)
    setKeys(next)
    remember(STORED + id, keysText(next))
    announce(
      next.length === 0 ? t('list.unsorted') : t('list.sortedBy', { by: next.map((key) => wordsOf(key)).join(', ') }),
    )
  }
  const wordsOf = ({ column, isDown }: SortKey): string =>
    `${t(`list.${column}`)} ${t(isDown ? 'list.down' : 'list.up')}`
  const tabStop = focused !== null && cards.includes(focused) ? focused : cards[0]
  return (
    <main id="board" className="view list" aria-label={t('list.label')} tabIndex={-1}>
      <FilterBar />
      {isPhone && <PhoneSort keys={keys} onSort={sort} count={cards.length} />}
      {/* biome-ignore lint/a11y/useSemanticElements: a table cannot be drawn in part */}
      <div
        ref={scroller}
        className="list-scroll"
        role="grid"
        aria-label={t('list.label')}
        aria-rowcount={cards.length + 1}
        aria-multiselectable="true"
        data-rows={cards.length}
      >
        {!isPhone && <Heads keys={keys} onSort={sort} />}
        {/* biome-ignore lint/a11y/useSemanticElements: a table cannot be drawn in part */}
        <div className="list-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const card = cards[item.index]
            if (card === undefined) return null
            return (
              <div
                key={item.key}
                className="list-slot"
                role="presentation"
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              >
                <ListRow
                  id={card}
                  index={item.index}
                  isTabStop={card === tabStop}
                  isPhone={isPhone}
                  onFocusBack={focus}
                />
              </div>
            )
          })}
        </div>
      </div>
      {cards.length === 0 && <p className="list-empty">{t('list.empty')}</p>}
      <Suspense fallback={null}>{isChoosing && <BulkBar />}</Suspense>
    </main>
  )
}

/** The ids of the cards that the filter lets through, in the order of the keys. */
function useCards(keys: readonly SortKey[]): readonly string[] {
  const { store } = useBoard()
  const { columns } = useShown()
  const snapshot = useSnapshot()
  const { language } = useLanguage()
  const last = useRef<readonly string[]>([])
  // The snapshot is new whenever a card changes that the list may be sorted by.
  return useMemo(() => {
    const shown = columns.flatMap(({ cards }) => cards.flatMap((id) => store.card(id) ?? []))
    const ids = sortCards(shown, keys, store, language).map(({ id }) => id)
    const isSame = ids.length === last.current.length && ids.every((id, at) => id === last.current[at])
    if (!isSame) last.current = ids
    return last.current
  }, [store, columns, snapshot, keys, language])
}

interface HeadsProps {
  readonly keys: readonly SortKey[]
  readonly onSort: (column: ListColumn, isMore: boolean) => void
}

function Heads({ keys, onSort }: HeadsProps) {
  const t = useT()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be drawn in part
    <div className="list-head" role="rowgroup">
      {/* biome-ignore lint/a11y/useSemanticElements: a table cannot be drawn in part */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: its heads are */}
      <div className="list-row" role="row" aria-rowindex={1}>
        {/* biome-ignore lint/a11y/useSemanticElements: a table cannot be drawn in part */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: it only names the boxes below */}
        <span className="list-check" role="columnheader">
          <span className="visually-hidden">{t('list.chosen')}</span>
        </span>
        {COLUMNS.map(({ column }) => (
          <Head key={column} column={column} keys={keys} onSort={onSort} />
        ))}
      </div>
    </div>
  )
}

interface HeadProps {
  readonly column: ListColumn
  readonly keys: readonly SortKey[]
  readonly onSort: (column: ListColumn, isMore: boolean) => void
}

function Head({ column, keys, onSort }: HeadProps) {
  const t = useT()
  const at = keys.findIndex((key) => key.column === column)
  const key = keys[at]
  const Arrow = key?.isDown ? ArrowDown : ArrowUp
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be drawn in part
    // biome-ignore lint/a11y/useFocusableInteractive: its button is
    <span
      className={`list-cell list-${column}`}
      role="columnheader"
      aria-sort={key ? (key.isDown ? 'descending' : 'ascending') : 'none'}
    >
      <button type="button" title={t('list.sortHint')} onClick={(event) => onSort(column, event.shiftKey)}>
        {t(`list.${column}`)}
        {key && <Arrow className="icon" aria-hidden="true" />}
        {key && keys.length > 1 && <sup>{at + 1}</sup>}
      </button>
    </span>
  )
}

interface PhoneSortProps {
  readonly keys: readonly SortKey[]
  readonly onSort: (column: ListColumn, isMore: boolean) => void
  readonly count: number
}

/** A phone has no heads to press. */
function PhoneSort({ keys, onSort, count }: PhoneSortProps) {
  const t = useT()
  const [first] = keys
  return (
    <div className="list-sort">
      <span className="quiet">{t('board.count', { count })}</span>
      <label>
        <span className="visually-hidden">{t('list.sort')}</span>
        <select
          className="field"
          value={first?.column ?? ''}
          onChange={(event) => {
            const column = COLUMNS.find((known) => known.column === event.target.value)?.column
            if (column) onSort(column, false)
            else if (first) onSort(first.column, false)
          }}
        >
          <option value="">{t('list.boardOrder')}</option>
          {COLUMNS.map(({ column }) => (
            <option key={column} value={column}>
              {t(`list.${column}`)}
            </option>
          ))}
        </select>
      </label>
      {first && (
        <button
          type="button"
          className="button button-icon"
          aria-label={t(first.isDown ? 'list.down' : 'list.up')}
          onClick={() => onSort(first.column, false)}
        >
          {first.isDown ? (
            <ArrowDown className="icon" aria-hidden="true" />
          ) : (
            <ArrowUp className="icon" aria-hidden="true" />
          )}
        </button>
      )}
    </div>
  )
}
