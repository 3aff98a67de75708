// What a person does to the board, by whatever way: edits it, says so to screen readers, and offers the way back.

import { announce, toast } from '../app/announce.tsx'
import { t } from '../i18n/index.ts'
import { type BoardModel, whereIs } from './board-context.tsx'
import type { Place } from './edits.ts'
import { focusCard, heir } from './focus.ts'

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
    default:
      return step satisfies never
  }
}

function placeBeside(model: BoardModel, column: string, index: number, offset: number): Place | null {
  const { columns } = model.store.snapshot()
  const target = columns[columns.findIndex((view) => view.column.id === column) + offset]
  return target ? { column: target.column.id, before: target.cards[index] ?? null } : null
}

/** Moves a card, keeps the focus on it and tells screen readers where it went. */
export function moveCard(model: BoardModel, id: string, to: Place): void {
  model.edits.moveCard(id, to)
  const at = whereIs(model.store, id)
  if (!at) return
  const title = titleOf(model, id)
  announce(t('card.moved', { title, column: at.view.column.name, at: at.index + 1, of: at.view.cards.length }))
  focusCard(model, id)
}

export function stepCard(model: BoardModel, id: string, step: Step): void {
  const to = placeOfStep(model, id, step)
  if (to) moveCard(model, id, to)
}

/** Hides a card; a toast brings it back. */
export function deleteCard(model: BoardModel, id: string): void {
  const next = heir(model, id)
  const text = t('card.deleted', { title: titleOf(model, id) })
  if (model.open.get() === id) model.openCard(null)
  model.edits.deleteCard(id)
  announce(text)
  toast(text, () => {
    model.edits.restoreCard(id)
    announce(t('card.restored'))
    focusCard(model, id)
  })
  if (next) focusCard(model, next)
}

export function addCard(model: BoardModel, title: string, to: Place): string {
  const id = model.edits.addCard(title, to)
  const column = whereIs(model.store, id)?.view.column.name ?? ''
  announce(t('card.added', { title: titleOf(model, id), column }))
  const at = whereIs(model.store, id)
  if (at) requestAnimationFrame(() => model.scrollers.get(to.column)?.(at.index))
  return id
}

export function deleteColumn(model: BoardModel, id: string, name: string): void {
  model.edits.deleteColumn(id)
  const text = t('column.deleted', { name })
  announce(text)
  toast(text, () => model.edits.restoreColumn(id))
}

/** Puts a column one step to the left or right. */
export function stepColumn(model: BoardModel, id: string, step: 'left' | 'right'): void {
  const { columns } = model.store.snapshot()
  const at = columns.findIndex((view) => view.column.id === id)
  const before = columns[step === 'left' ? at - 1 : at + 2]
  if (at < 0 || (step === 'left' ? at === 0 : at === columns.length - 1)) return
  model.edits.moveColumn(id, before?.column.id ?? null)
  announce(t('column.moved', { name: columns[at]?.column.name ?? '' }))
}

export function titleOf(model: BoardModel, id: string): string {
  return model.store.card(id)?.title || t('card.untitled')
}
