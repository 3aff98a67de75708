// Moving a card by a step or to an end: the same outcomes as a drag, for keys and menus.

import { announce } from '../app/announce.tsx'
import { t } from '../i18n/index.ts'
import type { BoardModel } from './board-context.tsx'
import type { Place } from './edits.ts'
import { whereIs } from './board-context.tsx'

export type Step = 'up' | 'down' | 'top' | 'bottom' | 'left' | 'right'

/** Where a step leads; null when there is nothing that way. */
export function placeOfStep(model: BoardModel, id: string, step: Step): Place | null {
  const at = whereIs(model.store, id)
  if (!at) return null
  const { view, index } = at
  const others = view.cards.filter((card) => card !== id)
  const column = view.column.id
  switch (step) {
    case 'top':
      return index === 0 ? null : { column, before: others[0] ?? null }
    case 'bottom':
      return index === others.length ? null : { column, before: null }
    case 'up':
      return index === 0 ? null : { column, before: others[index - 1] ?? null }
    case 'down':
      return index === others.length ? null : { column, before: others[index + 1] ?? null }
    case 'left':
    case 'right':
      return placeBeside(model, column, index, step === 'left' ? -1 : 1)
  }
}

function placeBeside(model: BoardModel, column: string, index: number, offset: number): Place | null {
  const { columns } = model.store.snapshot()
  const target = columns[columns.findIndex((view) => view.column.id === column) + offset]
  return target ? { column: target.column.id, before: target.cards[index] ?? null } : null
}

/** Moves a card and tells screen readers where it went. */
export function moveAndSay(model: BoardModel, id: string, to: Place): void {
  model.edits.moveCard(id, to)
  const at = whereIs(model.store, id)
  if (!at) return
  announce(
    t('card.moved', {
      title: titleOf(model, id),
      column: at.view.column.name,
      at: at.index + 1,
      of: at.view.cards.length,
    }),
  )
}

export function titleOf(model: BoardModel, id: string): string {
  return model.store.card(id)?.title || t('card.untitled')
}
