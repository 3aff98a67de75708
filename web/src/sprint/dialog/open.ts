// Which dialog about sprints is open. One at a time, from wherever it was asked for.

import { Signal } from '../../board/signal.ts'

export type SprintDialogRequest =
  | { readonly kind: 'create' }
  | { readonly kind: 'edit' | 'start' | 'complete'; readonly sprint: string }

export const dialog = new Signal<SprintDialogRequest | null>(null)

export function openDialog(request: SprintDialogRequest | null): void {
  dialog.set(request)
}
