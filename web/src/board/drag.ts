// Dragging on the board: one monitor turns where the pointer is into a place, tells the team, and moves on drop.
// A place is never an index: it is "before this card", which stays right when others edit meanwhile.

import { monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { useEffect } from 'react'
import { announce } from '../app/announce.tsx'
import { t } from '../i18n/index.ts'
import { moveCards } from './actions.ts'
import { type BoardModel, type Hand, type Target, whereIs } from './board-context.tsx'
import { cardElement } from './focus.ts'
import { actedOn, clearSelection } from './selection.ts'

type DropTarget = { readonly data: Record<string | symbol, unknown> }

/** Others are shown which cards are held; of a large pile the first and their count say enough. */
const DRAGGED_MAX = 20

export function useDragging(board: BoardModel): void {
  useEffect(
    () =>
      monitorForElements({
        onDrag: ({ location, source }) => hold(board, source.data, location.current.dropTargets),
        onDropTargetChange: ({ location, source }) => hold(board, source.data, location.current.dropTargets),
        onDrop: ({ location, source }) => {
          // The last place may not have been told yet; after Escape there is none.
          hold(board, source.data, location.current.dropTargets)
          letGo(board)
        },
      }),
    [board],
  )
}

/** Takes a card into the hand: all chosen ones when it is one of them. */
export function take(board: BoardModel, card: string): void {
  board.hand.set({ kind: 'card', cards: actedOn(board, card), to: null })
}

/** Holds what is in the hand over a place, and shows the team. */
export function holdOver(board: BoardModel, to: Target | null): void {
  const hand = board.hand.get()
  if (hand?.kind !== 'card' || same(hand.to, to)) return
  board.hand.set({ ...hand, to })
  board.people.setDrag(shownDrag(board, hand.cards, to))
}

function hold(board: BoardModel, source: DropTarget['data'], targets: readonly DropTarget[]): void {
  const hand = board.hand.get()
  if (source['kind'] === 'card' && typeof source['card'] === 'string') {
    if (hand?.kind === 'card') holdOver(board, cardPlace(board, hand.cards, targets))
  } else if (source['kind'] === 'column' && typeof source['column'] === 'string') {
    const next = columnPlace(board, source['column'], targets)
    const isSame = hand?.kind === 'column' && hand.before === next.before && hand.isPlaced === next.isPlaced
    if (!isSame) board.hand.set(next)
  }
}

/** What the team sees: over no column, the cards are still where they were. */
function shownDrag(board: BoardModel, cards: readonly string[], to: Target | null) {
  const [card = '', ...others] = cards
  const held = { card, others: others.slice(0, DRAGGED_MAX), count: cards.length }
  if (to) return { ...held, column: to.column, before: to.before }
  const at = whereIs(board.store, card)
  return at ? { ...held, column: at.view.column.id, before: at.view.cards[at.index + 1] ?? null } : null
}

/** Lets go of what is in the hand: it moves to where it was held. */
export function letGo(board: BoardModel): void {
  const hand = board.hand.get()
  board.hand.set(null)
  board.people.setDrag(null)
  if (hand?.kind === 'card' && hand.to) {
    moveCards(board, hand.cards, hand.to)
    if (hand.cards.length > 1) clearSelection(board)
    for (const card of hand.cards.slice(0, DRAGGED_MAX)) settle(card)
  }
  if (hand?.kind === 'column' && hand.isPlaced) {
    board.edits.moveColumn(hand.column, hand.before)
    const { columns } = board.store.snapshot()
    const name = columns.find((view) => view.column.id === hand.column)?.column.name ?? ''
    announce(t('column.moved', { name }))
  }
}

/** A dropped card comes to rest; the token is zero where motion is not wanted. */
function settle(card: string): void {
  const token = getComputedStyle(document.documentElement).getPropertyValue('--motion-drop')
  // The build may write 120ms as .12s.
  const duration = Number.parseFloat(token) * (token.endsWith('ms') ? 1 : 1000)
  // Two frames: the column has drawn the card at its new place by then.
  const draw = (): void => {
    const from = { transform: 'rotate(1deg) scale(1.015)', boxShadow: 'var(--lift)' }
    cardElement(card)?.animate([from, {}], { duration: duration || 0, easing: 'cubic-bezier(.2, 0, 0, 1)' })
  }
  requestAnimationFrame(() => requestAnimationFrame(draw))
}

function cardPlace(board: BoardModel, cards: readonly string[], targets: readonly DropTarget[]): Target | null {
  const target = targets[0]
  if (!target) return null
  const over = target.data['card']
  if (typeof over === 'string') return placeAt(board, cards, over, extractClosestEdge(target.data) === 'top')
  const { column, lane } = target.data
  if (typeof column !== 'string') return null
  return changing(board, cards, { column, before: null, ...(typeof lane === 'string' && { lane }) })
}

/** The place above or below a card; null when nothing would change. */
export function placeAt(board: BoardModel, cards: readonly string[], over: string, isAbove: boolean): Target | null {
  const spot = board.lens.spot(over)
  const column = spot && board.lens.shown().columns[spot.at]?.column.id
  if (!spot || !column) return null
  const lane = spot.lane ? { lane: spot.lane.key } : {}
  const below = spot.cards.slice(spot.index + 1).find((card) => !cards.includes(card)) ?? null
  return changing(board, cards, { column, before: isAbove ? over : below, ...lane })
}

/** A place, unless the cards would stay where they are. */
export function changing(board: BoardModel, cards: readonly string[], to: Target): Target | null {
  if (to.before !== null && cards.includes(to.before)) return null
  if (cards.length > 1) return to
  const spot = board.lens.spot(cards[0] ?? '')
  const column = spot && board.lens.shown().columns[spot.at]?.column.id
  const isInLane = to.lane === undefined || spot?.lane?.key === to.lane
  const isHere = column === to.column && isInLane && (spot?.cards[spot.index + 1] ?? null) === to.before
  return isHere ? null : to
}

function columnPlace(
  board: BoardModel,
  column: string,
  targets: readonly DropTarget[],
): Extract<Hand, { kind: 'column' }> {
  const target = targets.find(({ data }) => data['kind'] === 'column')
  const over = target?.data['column']
  const { columns } = board.store.snapshot()
  const at = columns.findIndex((view) => view.column.id === over)
  if (!target || at < 0) return { kind: 'column', column, before: null, isPlaced: false }
  const isLeft = extractClosestEdge(target.data) === 'left'
  const before = columns[isLeft ? at : at + 1]?.column.id ?? null
  const own = columns.findIndex((view) => view.column.id === column)
  const isHere = before === column || before === (columns[own + 1]?.column.id ?? null)
  return { kind: 'column', column, before, isPlaced: !isHere }
}

function same(a: Target | null, b: Target | null): boolean {
  return a?.column === b?.column && a?.before === b?.before && a?.lane === b?.lane && (a === null) === (b === null)
}
