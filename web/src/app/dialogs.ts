// The one window that is open over the app, whatever view lies under it.

import type { BoardModel } from '../board/board-context.tsx'
import { Signal } from '../board/signal.ts'
import type { BoardLink } from './workspace.ts'

export type AppDialog =
  | { readonly kind: 'palette' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'new-board' }
  | { readonly kind: 'rename-board'; readonly board: Pick<BoardLink, 'id' | 'name'> }
  /** Into an existing board, or into a new one. */
  | { readonly kind: 'import'; readonly board: Pick<BoardLink, 'id' | 'name'> | null }
  | { readonly kind: 'unsaved'; readonly board: BoardModel }

export const dialog = new Signal<AppDialog | null>(null)

export function openDialog(next: AppDialog): void {
  dialog.set(next)
}

export function closeDialog(): void {
  dialog.set(null)
}
