// What asks for a field's menu: a row of the drawer, a key on the board, the bar over several cards, the palette.

import type { BoardModel } from '../board/board-context.tsx'

export const FIELDS = ['status', 'assignees', 'labels', 'points', 'priority', 'type', 'start', 'due', 'sprint'] as const
export type FieldName = (typeof FIELDS)[number]

export interface FieldMenuRequest {
  readonly field: FieldName
  readonly ids: readonly string[]
  /** The menu opens at it and gives the focus back to it; null: in the middle of the window. */
  readonly anchor: HTMLElement | null
}

/** Opens a field's menu, or closes it when it is the one that is open at this place. */
export function toggleFieldMenu(board: BoardModel, request: FieldMenuRequest): void {
  const open = board.fieldMenu.get()
  const isSame = open !== null && open.field === request.field && open.anchor === request.anchor
  board.fieldMenu.set(isSame ? null : request)
}
