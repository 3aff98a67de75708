// The keys of the backlog page. They come before the board's, which leave alone what is taken here.

import { useEffect } from 'react'
import { singleKeys } from '../../app/settings.ts'
import type { BoardModel } from '../../board/board-context.tsx'
import { planCards } from '../actions.ts'
import { focusRow } from './focus.ts'
import { actedOn, type Planning, sectionKey } from './planning.tsx'
import { between, type Section, stepOf } from './rows.ts'

const OTHERS_KEYS = 'input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=menu], [role=dialog]'

export function usePlanningKeys(board: BoardModel, planning: Planning, sections: () => readonly Section[]): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return
      const target = event.target instanceof Element ? event.target : document.body
      if (target.closest(OTHERS_KEYS) || event.ctrlKey || event.metaKey) return
      const card = target.matches('.backlog [data-card]') ? target.getAttribute('data-card') : null
      const isTaken = card ? onCard(event, card) : onPage(event, target)
      if (isTaken) event.preventDefault()
    }
    const onPage = (event: KeyboardEvent, target: Element): boolean => {
      const first = planning.order[0]
      if (target === document.body && event.key === 'ArrowDown' && first) return go(board.focused.get() ?? first)
      return isLetter(event, 'c') && write(planning.order.at(-1) ?? null)
    }
    const onCard = (event: KeyboardEvent, target: string): boolean => {
      const { order } = planning
      // Keys may come faster than the focus moves, which waits for the row to be drawn.
      const card = board.focused.get() ?? target
      const at = order.indexOf(card)
      const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : null
      if (step !== null) {
        if (event.altKey) return move(card, step)
        const next = order[at + step]
        if (next && event.shiftKey) choose(between(order, planning.selectedFrom ?? card, next), card)
        return next ? go(next) : true
      }
      if (event.altKey) return false
      if (event.key === 'Home' && order[0]) return go(order[0])
      if (event.key === 'End') return go(order.at(-1) ?? card)
      if (event.key === 'Escape' && board.selected.get().size > 0 && board.open.get() === null) return choose([], null)
      if (isLetter(event, 'x') && !event.shiftKey) return toggle(card)
      if (isLetter(event, 'c') && !event.shiftKey) return write(card)
      if (isLetter(event, 'm') && board.canEdit.get()) {
        planning.menu.set(actedOn(board, planning, card))
        return true
      }
      return false
    }
    const go = (card: string): boolean => {
      focusRow(board, planning, card)
      return true
    }
    const move = (card: string, step: -1 | 1): boolean => {
      const to = stepOf(sections(), card, step)
      if (!to || !board.canEdit.get()) return true
      const ids = actedOn(board, planning, card)
      const before = ids.includes(to.before ?? '') ? null : to.before
      planCards(board, ids.length > 1 && to.before !== before ? [card] : ids, to.sprint, to.before)
      return go(card)
    }
    const toggle = (card: string): boolean => {
      toggleRow(board, planning, card)
      return true
    }
    const choose = (ids: readonly string[], from: string | null): boolean => {
      planning.selectedFrom ??= from
      if (ids.length === 0) planning.selectedFrom = null
      board.selected.set(new Set(ids))
      return true
    }
    /** Opens the field for a new card in the section of a card. */
    const write = (near: string | null): boolean => {
      if (!board.canEdit.get()) return false
      const section = sections().find(({ cards }) => near !== null && cards.includes(near))
      planning.adding.set(sectionKey(section?.sprint?.id ?? null))
      return true
    }
    // Before the board's own listener, which is on the window too.
    addEventListener('keydown', onKey, { capture: true })
    return () => removeEventListener('keydown', onKey, { capture: true })
  }, [board, planning, sections])
}

export function toggleRow(board: BoardModel, planning: Planning, card: string): void {
  const next = new Set(board.selected.get())
  if (!next.delete(card)) next.add(card)
  planning.selectedFrom = card
  board.selected.set(next)
}

/** Chooses everything from where choosing began. */
export function selectRowsTo(board: BoardModel, planning: Planning, card: string): void {
  const range = between(planning.order, planning.selectedFrom ?? card, card)
  planning.selectedFrom ??= card
  board.selected.set(new Set([...board.selected.get(), ...range]))
}

/** A letter, also where the layout is Korean and the key gives a jamo. */
function isLetter(event: KeyboardEvent, letter: string): boolean {
  if (!singleKeys.get()) return false
  return (
    event.key.toLowerCase() === letter || (event.code === `Key${letter.toUpperCase()}` && /^[ㄱ-ㆎ]$/.test(event.key))
  )
}
