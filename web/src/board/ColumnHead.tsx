// The head of a column: its name, how much stands in it, and its menu. It is also the handle to drag the column by.

import { draggable } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { Ellipsis, Plus, TriangleAlert } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { lazyPart } from '../app/lazy-part.ts'
import { PopupButton } from '../app/PopupButton.tsx'
import { useT } from '../i18n/index.ts'
import { useBoard } from './board-context.tsx'
import type { ShownColumn } from './lens.ts'
import { useSignal } from './signal.ts'
import { TitleField } from './TitleField.tsx'

const ColumnMenuItems = lazyPart(async () => (await import('./ColumnMenuItems.tsx')).ColumnMenuItems)

interface Props {
  readonly view: ShownColumn
  readonly index: number
  readonly count: number
  readonly isFolded: boolean
}

export function ColumnHead({ view, index, count, isFolded }: Props) {
  const board = useBoard()
  const t = useT()
  const { column, cards, points, full } = view
  const { wip } = column
  const ref = useRef<HTMLElement>(null)
  const [isRenaming, setRenaming] = useState(false)
  const canEdit = useSignal(board.canEdit, (can) => can)
  useEffect(() => {
    const element = ref.current
    if (!element || !canEdit || isRenaming) return
    return draggable({
      element,
      getInitialData: () => ({ kind: 'column', column: column.id }),
      onDragStart: () => board.hand.set({ kind: 'column', column: column.id, before: null, isPlaced: false }),
    })
  }, [board, column.id, canEdit, isRenaming])
  if (isFolded) {
    return (
      <header ref={ref} className="column-head">
        <button
          type="button"
          className="column-strip"
          aria-label={t('column.unfold', { name: column.name })}
          onClick={() => board.lens.fold(column.id, false)}
        >
          <span className="column-count">{cards.length}</span>
          <h2 className="cut">{column.name}</h2>
        </button>
      </header>
    )
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: F2 on one of its buttons; the menu does the same
    <header
      ref={ref}
      className="column-head"
      onKeyDown={(event) => {
        if (event.key === 'F2' && canEdit && !isRenaming) setRenaming(true)
      }}
    >
      {isRenaming ? (
        <TitleField
          value={column.name}
          label={t('column.name')}
          onDone={(name) => {
            setRenaming(false)
            if (name !== null && name.trim() !== '') board.edits.renameColumn(column.id, name)
          }}
        />
      ) : (
        <>
          <h2 className="cut" onDoubleClick={() => canEdit && setRenaming(true)}>
            {column.name}
          </h2>
          {wip ? (
            <WipBadge count={full.cards.length} n={wip.n} />
          ) : (
            <span className="column-count" title={t('board.count', { count: cards.length })}>
              {cards.length}
            </span>
          )}
          {points > 0 && <span className="column-count">{t('board.points', { points })}</span>}
        </>
      )}
      <Meter count={full.cards.length} n={wip?.n ?? null} />
      {canEdit && !isRenaming && (
        <span className="column-buttons">
          <button
            type="button"
            className="button button-icon"
            aria-label={t('card.addTo', { name: column.name })}
            title={t('card.addTo', { name: column.name })}
            onClick={() => board.newCard.set({ column: column.id, at: 'top' })}
          >
            <Plus className="icon" aria-hidden="true" />
          </button>
          <PopupButton
            kind="menu"
            className="button button-icon"
            label={t('column.menu', { name: column.name })}
            popup={(place) => (
              <ColumnMenuItems
                view={view}
                index={index}
                count={count}
                place={place}
                onRename={() => setRenaming(true)}
              />
            )}
          >
            <Ellipsis className="icon" aria-hidden="true" />
          </PopupButton>
        </span>
      )}
    </header>
  )
}

/** How many cards stand in a column of how many it should hold; the words say what the colour says. */
export function WipBadge({ count, n }: { count: number; n: number }) {
  const t = useT()
  const state = count > n ? 'over' : count === n ? 'at' : 'below'
  return (
    <span
      className={`wip wip-${state}`}
      role="img"
      aria-label={t(`wip.${state}`, { count, n })}
      title={t(`wip.${state}`, { count, n })}
    >
      {state === 'over' && <TriangleAlert className="icon" aria-hidden="true" />}
      {count}/{n}
    </span>
  )
}

/** More segments would be too thin to be told apart. */
const SEGMENTS_MAX = 12

/** The line under a head: one segment for each card that the limit allows, and one over it. */
function Meter({ count, n }: { count: number; n: number | null }) {
  const isOver = n !== null && count > n
  const length = n === null || n > SEGMENTS_MAX ? 1 : n + Number(isOver)
  const state = (at: number): string => {
    if (n === null) return ''
    if (isOver && at === length - 1) return 'over'
    if (count >= n) return 'at'
    return at < count && length > 1 ? 'in' : ''
  }
  return (
    <span className="meter" aria-hidden="true">
      {Array.from({ length }, (_, at) => (
        <i key={at} className={state(at)} />
      ))}
    </span>
  )
}
