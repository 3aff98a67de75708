// The keys of the list. They come before the board's, which leave alone what is taken here.

import { type RefObject, useEffect } from 'react'
import { singleKeys } from '../app/settings.ts'
import type { BoardModel } from '../board/board-context.tsx'

const OTHERS_KEYS = 'input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=menu], [role=dialog]'
/** A screenful, more or less. */
const PAGE = 15

interface Actions {
  readonly order: RefObject<readonly string[]>
  readonly focus: (card: string) => void
}

export function useListKeys(board: BoardModel, { order, focus }: Actions): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return
      const target = event.target instanceof Element ? event.target : document.body
      if (target.closest(OTHERS_KEYS) || event.ctrlKey || event.metaKey || event.altKey) return
      const row = target.closest<HTMLElement>('.list [data-card]')
      const card = row?.dataset['card'] ?? null
      const isTaken = card && row ? onRow(event, row, card) : onPage(event, target)
      if (isTaken) event.preventDefault()
    }
    const onPage = (event: KeyboardEvent, target: Element): boolean => {
      const first = order.current[0]
      const isDown = target === document.body && event.key === 'ArrowDown'
      return isDown && first !== undefined && go(board.focused.get() ?? first)
    }
    const onRow = (event: KeyboardEvent, row: HTMLElement, target: string): boolean => {
      // Keys may come faster than the focus moves, which waits for the row to be drawn.
      const card = board.focused.get() ?? target
      const at = order.current.indexOf(card)
      const to = { ArrowUp: at - 1, ArrowDown: at + 1, PageUp: at - PAGE, PageDown: at + PAGE, Home: 0, End: 1e9 }[
        event.key
      ]
      if (to !== undefined) {
        const next = order.current[Math.max(0, Math.min(order.current.length - 1, to))]
        if (next && event.shiftKey) board.selected.set(new Set([...board.selected.get(), card, next]))
        return next !== undefined && go(next)
      }
      if (event.key === 'ArrowRight') return within(row, 1)
      if (event.key === 'ArrowLeft') return within(row, -1)
      if (document.activeElement !== row) return false
      if (event.key === 'Escape' && board.selected.get().size > 0 && board.open.get() === null) {
        board.selected.set(new Set())
        return true
      }
      return isX(event) && toggle(board, card)
    }
    /** To the next cell that can be changed; from the first one back to the row. */
    const within = (row: HTMLElement, step: -1 | 1): boolean => {
      const cells = [row, ...row.querySelectorAll<HTMLElement>('button')]
      const at = cells.indexOf(document.activeElement as HTMLElement)
      cells[Math.max(0, Math.min(cells.length - 1, at + step))]?.focus()
      return true
    }
    const go = (card: string): boolean => {
      focus(card)
      return true
    }
    addEventListener('keydown', onKey, { capture: true })
    return () => removeEventListener('keydown', onKey, { capture: true })
  }, [board, order, focus])
}

export function toggle(board: BoardModel, card: string): true {
  const next = new Set(board.selected.get())
  if (!next.delete(card)) next.add(card)
  board.selected.set(next)
  return true
}

/** The letter, also where the layout is Korean and the key gives a jamo. */
function isX(event: KeyboardEvent): boolean {
  if (!singleKeys.get() || event.shiftKey) return false
  return event.key.toLowerCase() === 'x' || (event.code === 'KeyX' && /^[ㄱ-ㆎ]$/.test(event.key))
}
