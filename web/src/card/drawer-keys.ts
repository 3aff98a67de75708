// The keys of an open card: the letters of the board open the rows here. Never while one is writing.

import { singleKeys } from '../app/settings.ts'
import type { BoardModel } from '../board/board-context.tsx'
import { type FieldName, toggleFieldMenu } from '../fields/request.ts'

const FIELDS: Record<string, FieldName> = { KeyA: 'assignees', KeyL: 'labels', KeyP: 'points', KeyD: 'due' }
const WRITING = 'input:not([type=checkbox]), textarea, select, [contenteditable=true]'

export function onDrawerKey(board: BoardModel, card: string, drawer: HTMLElement, event: KeyboardEvent): void {
  if (event.isComposing || event.keyCode === 229 || !singleKeys.get()) return
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
  // What a menu of the card hears comes by here as well: its keys are its own.
  const isHere = event.target instanceof Element && drawer.contains(event.target) && !event.target.closest(WRITING)
  if (!isHere) return
  // By place, so that a Korean layout works too.
  const field = FIELDS[event.code]
  const row = field && drawer.querySelector<HTMLElement>(`[data-field=${field}]`)
  if (field && row) toggleFieldMenu(board, { field, ids: [card], anchor: row })
  else if (event.code === 'KeyE') drawer.querySelector<HTMLElement>('.drawer-title')?.focus()
  else if (event.code === 'KeyM') board.moveMenu.set(card)
  else return
  event.preventDefault()
}
