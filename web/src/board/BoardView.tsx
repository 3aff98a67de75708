// The board: its columns side by side, the keys, and what is in the hand.

import { extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import type { DragLocationHistory } from '@atlaskit/pragmatic-drag-and-drop/types'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { announce, toast } from '../app/announce.tsx'
import { useT } from '../i18n/index.ts'
import { type BoardModel, BoardProvider, type BoardShared, type Hand, useBoard, useSnapshot } from './board-context.tsx'
import { Column } from './Column.tsx'
import type { Place } from './edits.ts'
import { useBoardKeys } from './keys.ts'
import { moveAndSay } from './moves.ts'
import { TitleField } from './TitleField.tsx'
import './board.css'

const MoveDialog = lazy(() => import('./MoveDialog.tsx'))
const Shortcuts = lazy(() => import('./Shortcuts.tsx'))

interface Props {
  readonly model: BoardModel
  readonly canEdit: boolean
  readonly openCardId: string | null
  readonly onOpenCard: (id: string) => void
}

/** Where a new card is being written. */
export interface Composing {
  readonly column: string
  readonly where: 'top' | 'bottom'
}

export function BoardView({ model, canEdit, openCardId, onOpenCard }: Props) {
  const t = useT()
  const { columns } = useSnapshot(model.store)
  const [hand, takeInHand] = useState<Hand | null>(null)
  const [focusedCard, setFocusedCard] = useState<string | null>(null)
  const [composing, setComposing] = useState<Composing | null>(null)
  const [moving, setMoving] = useState<string | null>(null)
  const [showsKeys, setShowsKeys] = useState(false)
  const scrollers = useRef(new Map<string, (card: string) => void>())
  const root = useRef<HTMLDivElement>(null)
  const focusCard = useFocusCard(model, root, scrollers, setFocusedCard)
  const firstCard = columns.flatMap((view) => view.cards.slice(0, 1))[0] ?? null
  const tabStop = focusedCard !== null && model.store.columnOf(focusedCard) ? focusedCard : firstCard
  const shared = useMemo<BoardShared>(
    () => ({
      ...model,
      canEdit,
      hand,
      takeInHand,
      openCard: onOpenCard,
      openCardId,
      focusCard,
      focusedCard: tabStop,
      setFocusedCard,
      moveMenuFor: setMoving,
    }),
    [model, canEdit, hand, onOpenCard, openCardId, focusCard, tabStop],
  )
  useDrags(shared)
  useBoardKeys(shared, {
    compose: (column) => setComposing({ column, where: 'bottom' }),
    showKeys: () => setShowsKeys(true),
  })
  const register = useCallback((column: string, scrollTo: ((card: string) => void) | null) => {
    if (scrollTo) scrollers.current.set(column, scrollTo)
    else scrollers.current.delete(column)
  }, [])
  const isEmpty = columns.every((view) => view.cards.length === 0)
  return (
    <BoardProvider value={shared}>
      <ColumnTabs root={root} />
      <div className="columns" ref={root}>
        {columns.map((view, index) => (
          <Column
            key={view.column.id}
            view={view}
            index={index}
            count={columns.length}
            composing={composing?.column === view.column.id ? composing.where : null}
            compose={(where) => setComposing(where && { column: view.column.id, where })}
            register={register}
          />
        ))}
        {canEdit && <NewColumn isFirst={columns.length === 0} />}
      </div>
      {isEmpty && columns.length > 0 && canEdit && <p className="board-hint">{t('board.empty')}</p>}
      <Suspense>
        {moving && <MoveDialog model={model} card={moving} onClose={() => closeMove(moving)} />}
        {showsKeys && <Shortcuts onClose={() => setShowsKeys(false)} />}
      </Suspense>
    </BoardProvider>
  )

  function closeMove(card: string): void {
    setMoving(null)
    requestAnimationFrame(() => focusCard(card))
  }
}

function useFocusCard(
  model: BoardModel,
  root: React.RefObject<HTMLDivElement | null>,
  scrollers: React.RefObject<Map<string, (card: string) => void>>,
  setFocusedCard: (id: string) => void,
): (id: string) => void {
  return useCallback(
    (id) => {
      const column = model.store.columnOf(id)?.column.id
      if (!column) return
      setFocusedCard(id)
      scrollers.current.get(column)?.(id)
      // A card out of sight is in the page only after the list has scrolled to it.
      let tries = 0
      const focus = (): void => {
        const element = root.current?.querySelector<HTMLElement>(`[data-card="${id}"]`)
        if (element) {
          element.focus({ preventScroll: tries === 0 })
          element.scrollIntoView({ block: 'nearest', inline: 'nearest' })
        } else if (tries++ < 20) requestAnimationFrame(focus)
      }
      requestAnimationFrame(focus)
    },
    [model, root, scrollers, setFocusedCard],
  )
}

/** Follows drags of this screen: shows where they would land, tells the others, and moves on the drop. */
function useDrags(board: BoardShared): void {
  const latest = useRef(board)
  latest.current = board
  const t = useT()
  useEffect(() => {
    const follow = (source: Record<string, unknown>, location: DragLocationHistory): void => {
      const { takeInHand, people } = latest.current
      if (typeof source['card'] === 'string') {
        const to = placeUnder(latest.current, source['card'], location)
        takeInHand({ kind: 'card', card: source['card'], to })
        people.setDrag(to && { card: source['card'], ...to })
      }
      if (typeof source['column'] === 'string') {
        takeInHand({ kind: 'column', column: source['column'], before: columnUnder(location) })
      }
    }
    return monitorForElements({
      onDrag: ({ source, location }) => {
        const before = JSON.stringify(latest.current.hand)
        const next = peek(latest.current, source.data, location)
        if (before !== JSON.stringify(next)) follow(source.data, location)
      },
      onDrop: ({ source, location }) => {
        const { data } = source
        const dropped = location.current.dropTargets.length > 0
        if (typeof data['card'] === 'string') {
          const to = dropped ? placeUnder(latest.current, data['card'], location) : null
          if (to) moveAndSay(latest.current, data['card'], to)
        }
        if (typeof data['column'] === 'string' && dropped) dropColumn(data['column'], columnUnder(location))
        latest.current.takeInHand(null)
        latest.current.people.setDrag(null)
      },
    })

    function dropColumn(column: string, before: string | null): void {
      if (before === column) return
      latest.current.edits.moveColumn(column, before)
      const name = latest.current.store.snapshot().columns.find((view) => view.column.id === column)?.column.name
      announce(t('column.moved', { name: name ?? '' }))
    }
  }, [t])
}

function peek(board: BoardShared, data: Record<string, unknown>, location: DragLocationHistory): Hand | null {
  if (typeof data['card'] === 'string') {
    return { kind: 'card', card: data['card'], to: placeUnder(board, data['card'], location) }
  }
  if (typeof data['column'] === 'string') return { kind: 'column', column: data['column'], before: columnUnder(location) }
  return null
}

/** The place under the pointer; null outside of every column. */
function placeUnder(board: BoardShared, dragged: string, location: DragLocationHistory): Place | null {
  for (const target of location.current.dropTargets) {
    const { kind, card, column } = target.data
    if (kind === 'list' && typeof column === 'string') return { column, before: null }
    if (kind !== 'card' || typeof card !== 'string') continue
    const view = board.store.columnOf(card)
    if (!view) continue
    const at = view.cards.indexOf(card) + (extractClosestEdge(target.data) === 'bottom' ? 1 : 0)
    const before = view.cards[at] === dragged ? view.cards[at + 1] : view.cards[at]
    return { column: view.column.id, before: before ?? null }
  }
  return null
}

/** Columns are dropped where the pointer's column is. */
function columnUnder(location: DragLocationHistory): string | null {
  const x = location.current.input.clientX
  const heads = [...document.querySelectorAll<HTMLElement>('[data-column]')]
  const after = heads.find((head) => {
    const { left, width } = head.getBoundingClientRect()
    return x < left + width / 2
  })
  return after?.dataset['column'] ?? null
}

function NewColumn({ isFirst }: { isFirst: boolean }) {
  const t = useT()
  const [isOpen, setOpen] = useState(false)
  const board = useBoard()
  return (
    <section className="column column-new">
      {isFirst && !isOpen && <p className="board-hint">{t('board.noColumns')}</p>}
      {isOpen ? (
        <TitleField
          value=""
          label={t('column.name')}
          onDone={(name) => {
            setOpen(false)
            if (!name?.trim()) return
            const id = board.edits.addColumn(name)
            toast(t('column.add'), () => board.edits.deleteColumn(id))
          }}
        />
      ) : (
        <button type="button" className="column-add" onClick={() => setOpen(true)}>
          <Plus className="icon" aria-hidden="true" />
          {t('column.add')}
        </button>
      )}
    </section>
  )
}


/** On a phone one column fills the screen; the tabs name them all. */
function ColumnTabs({ root }: { root: React.RefObject<HTMLDivElement | null> }) {
  const t = useT()
  const { store } = useBoard()
  const { columns } = useSnapshot(store)
  const [current, setCurrent] = useState(0)
  useEffect(() => {
    const element = root.current
    if (!element) return
    const onScroll = (): void => setCurrent(Math.round(element.scrollLeft / Math.max(element.clientWidth, 1)))
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [root])
  return (
    <nav className="column-tabs" aria-label={t('board.columns')}>
      {columns.map((view, index) => (
        <button
          key={view.column.id}
          type="button"
          aria-current={index === current}
          onClick={() => root.current?.querySelector(`[data-column="${view.column.id}"]`)?.scrollIntoView({ inline: 'start', block: 'nearest' })}
        >
          <span className="cut">{view.column.name}</span>
          <span className="column-count">{view.cards.length}</span>
        </button>
      ))}
    </nav>
  )
}
