// Dragging on the board: one monitor turns where the pointer is into a place, tells the team, and moves on drop.
// A place is never an index: it is "before this card", which stays right when others edit meanwhile.

import { monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { useEffect } from 'react'
import { announce } from '../app/announce.tsx'
import { t } from '../i18n/index.ts'
import { moveCard } from './actions.ts'
import { type BoardModel, type Hand, whereIs } from './board-context.tsx'
import type { Place } from './edits.ts'
import { cardElement } from './focus.ts'

type Target = { readonly data: Record<string | symbol, unknown> }

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

function hold(board: BoardModel, source: Target['data'], targets: readonly Target[]): void {
  const hand = board.hand.get()
  if (source['kind'] === 'card' && typeof source['card'] === 'string') {
    const to = cardPlace(board, source['card'], targets)
    if (hand?.kind === 'card' && same(hand.to, to)) return
    board.hand.set({ kind: 'card', card: source['card'], to })
    board.people.setDrag(shownDrag(board, source['card'], to))
  } else if (source['kind'] === 'column' && typeof source['column'] === 'string') {
    const next = columnPlace(board, source['column'], targets)
    const isSame = hand?.kind === 'column' && hand.before === next.before && hand.isPlaced === next.isPlaced
    if (!isSame) board.hand.set(next)
  }
}

/** What the team sees: over no column, the card is still where it was. */
function shownDrag(board: BoardModel, card: string, to: Place | null) {
  if (to) return { card, ...to }
  const at = whereIs(board.store, card)
  return at ? { card, column: at.view.column.id, before: at.view.cards[at.index + 1] ?? null } : null
}

function letGo(board: BoardModel): void {
  const hand = board.hand.get()
  board.hand.set(null)
  board.people.setDrag(null)
  if (hand?.kind === 'card' && hand.to) {
    moveCard(board, hand.card, hand.to)
    settle(hand.card)
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

function cardPlace(board: BoardModel, card: string, targets: readonly Target[]): Place | null {
  const target = targets[0]
  if (!target) return null
  const over = target.data['card']
  if (typeof over === 'string') {
    const at = whereIs(board.store, over)
    if (!at) return null
    const isAbove = extractClosestEdge(target.data) === 'top'
    return changing(board, card, at.view.column.id, isAbove ? over : (at.view.cards[at.index + 1] ?? null))
  }
  const column = target.data['column']
  return typeof column === 'string' ? changing(board, card, column, null) : null
}

/** A place, unless the card would stay where it is. */
function changing(board: BoardModel, card: string, column: string, before: string | null): Place | null {
  const at = whereIs(board.store, card)
  if (before === card) return null
  const isHere = at?.view.column.id === column && (at.view.cards[at.index + 1] ?? null) === before
  return isHere ? null : { column, before }
}

function columnPlace(board: BoardModel, column: string, targets: readonly Target[]): Extract<Hand, { kind: 'column' }> {
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

function same(a: Place | null, b: Place | null): boolean {
  return a?.column === b?.column && a?.before === b?.before && (a === null) === (b === null)
}
