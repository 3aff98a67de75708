// The head of a column: its name, how much stands in it, and its menu. It is also the handle to drag the column by.

import { draggable } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { Ellipsis, Plus } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { lazyPart } from '../app/lazy-part.ts'
import { PopupButton } from '../app/PopupButton.tsx'
import { useT } from '../i18n/index.ts'
import { useBoard } from './board-context.tsx'
import type { ColumnView } from './board-store.ts'
import { useSignal } from './signal.ts'
import { TitleField } from './TitleField.tsx'

const ColumnMenuItems = lazyPart(async () => (await import('./ColumnMenuItems.tsx')).ColumnMenuItems)

interface Props {
  readonly view: ColumnView
  readonly index: number
  readonly count: number
}

export function ColumnHead({ view, index, count }: Props) {
  const board = useBoard()
  const t = useT()
  const { column, cards, points } = view
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
          <span className="column-count" title={t('board.count', { count: cards.length })}>
            {cards.length}
          </span>
          {points > 0 && <span className="column-count">{t('board.points', { points })}</span>}
        </>
      )}
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
