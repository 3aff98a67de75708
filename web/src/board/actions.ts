// What a person does to the board, by whatever way: edits it, says so to screen readers, and offers the way back.

import { announce, toast } from '../app/announce.tsx'
import { t } from '../i18n/index.ts'
import { type BoardModel, type Target, whereIs } from './board-context.tsx'
import type { CardFacts, Place } from './edits.ts'
import { activeSprints, type Group, NONE } from './filter.ts'
import { focusCard, heir } from './focus.ts'
import { laneOf } from './lanes.ts'
import type { Spot } from './lens.ts'
import { CARD_TYPES } from './read.ts'
import { offerUndo, together } from './undo.ts'

export type Step = 'up' | 'down' | 'top' | 'bottom' | 'left' | 'right'

/** Where a step leads cards that move as one; null when there is nothing that way. */
export function placeOfStep(model: BoardModel, id: string, step: Step, ids: readonly string[] = [id]): Place | null {
  const spot = model.lens.spot(id)
  const column = spot && model.lens.shown().columns[spot.at]?.column.id
  if (!spot || !column) return null
  const others = spot.cards.filter((card) => !ids.includes(card))
  const index = spot.cards.slice(0, spot.index).filter((card) => !ids.includes(card)).length
  const isWhole = spot.cards.slice(index, index + ids.length).every((card) => ids.includes(card))
  switch (step) {
    case 'top':
      return index === 0 && isWhole ? null : { column, before: others[0] ?? null }
    case 'bottom':
      return index === others.length && isWhole ? null : { column, before: null }
    case 'up':
      return index === 0 ? null : { column, before: others[index - 1] ?? null }
    case 'down':
      return index === others.length ? null : { column, before: others[index + 1] ?? null }
    case 'left':
      return placeBeside(model, spot, index, -1)
    case 'right':
      return placeBeside(model, spot, index, 1)
    default:
      return step satisfies never
  }
}

function placeBeside(model: BoardModel, { at, lane }: Spot, index: number, offset: number): Place | null {
  const target = model.lens.shown().columns[at + offset]
  const cards = lane ? lane.cells[at + offset] : target?.cards
  return target ? { column: target.column.id, before: cards?.[index] ?? null } : null
}

export function moveCard(model: BoardModel, id: string, to: Target): void {
  moveCards(model, [id], to)
}

/**
 * Moves cards, keeps the focus on the first and tells screen readers where they went. Into a column that is full for
 * good the server is asked first: only it knows who was there before.
 */
export function moveCards(model: BoardModel, ids: readonly string[], to: Target): void {
  const first = ids[0]
  if (first === undefined) return
  const { column } = to
  const before = to.before ?? behindShown(model, ids, to)
  if (!isFull(model, ids, column)) {
    moveHere(model, ids, { ...to, before })
    return
  }
  void model.session.command({ do: 'move_cards', cards: ids, column, before }).then((outcome) => {
    if (outcome.ok) {
      alongWith(model, ids, to)
      tellMove(model, ids)
    } else if (outcome.code === 'offline') {
      moveHere(model, ids, { ...to, before })
    } else {
      tellRefusal(model, to.column, outcome.code === 'wip_full' ? null : outcome.detail)
      focusCard(model, first)
    }
  })
}

/** The end of what is shown of a column: right behind its last card, and not behind all that a filter or a lane hides. */
function behindShown(model: BoardModel, ids: readonly string[], { column, lane }: Target): string | null {
  const { columns } = model.lens.shown()
  const at = columns.findIndex((view) => view.column.id === column)
  const view = columns[at]
  const cells = model.lens.lanes()?.find(({ key }) => key === lane)?.cells
  const last = (cells ? cells[at] : view?.cards)?.findLast((card) => !ids.includes(card))
  const order = view?.full.cards.filter((card) => !ids.includes(card)) ?? []
  return last === undefined ? null : (order[order.indexOf(last) + 1] ?? null)
}

export function stepCards(model: BoardModel, card: string, ids: readonly string[], step: Step): void {
  const to = placeOfStep(model, card, step, ids)
  if (to) moveCards(model, ids, to)
}

export function stepCard(model: BoardModel, id: string, step: Step): void {
  stepCards(model, id, [id], step)
}

function moveHere(model: BoardModel, ids: readonly string[], to: Target): void {
  const from = ids.map((id) => whereIs(model.store, id)?.view.column.id)
  const places = ids.map((id) => placeOf(model, id))
  together(model, () => {
    model.edits.moveCards(ids, to)
    alongWith(model, ids, to)
  })
  const text = tellMove(model, ids)
  // A card that stays in its column can be seen to have moved; more than that deserves a way back.
  const isFar = ids.length > 1 || from.some((column) => column !== to.column) || to.lane !== undefined
  const back = (): void => {
    for (const [at, place] of places.entries()) if (place) model.edits.moveCards([ids[at] ?? ''], place)
  }
  if (isFar) offerUndo(model, text, () => together(model, back))
}

function placeOf(model: BoardModel, id: string): Place | null {
  const at = whereIs(model.store, id)
  return at ? { column: at.view.column.id, before: at.view.cards[at.index + 1] ?? null } : null
}

/** What a move changes besides the place: the lane's value, and the sprint of what leaves the backlog. */
function alongWith(model: BoardModel, ids: readonly string[], to: Target): void {
  const { group } = model.lens.filter()
  if (group && to.lane !== undefined) regroup(model, ids, group, to.lane)
  const sprint = sprintFor(model, to.column)
  const unplanned = ids.filter((id) => model.store.card(id)?.plan.sprint !== sprint && isWaiting(model, id))
  if (sprint !== null && unplanned.length > 0) model.edits.plan(unplanned, sprint, null)
}

function isWaiting(model: BoardModel, id: string): boolean {
  const planned = model.store.card(id)?.plan.sprint
  const { sprints } = model.store.snapshot()
  return !sprints.some((sprint) => sprint.id === planned && sprint.state === 'active')
}

/** The sprint of what is put into a column while the board shows the sprint under way. */
function sprintFor(model: BoardModel, column: string): string | null {
  const snapshot = model.store.snapshot()
  const { sprint } = model.lens.filter()
  if (Array.isArray(sprint)) return sprint.length === 1 && sprint[0] !== NONE ? (sprint[0] ?? null) : null
  const category = snapshot.columns.find((view) => view.column.id === column)?.column.category
  if (sprint !== 'current' || category === 'backlog') return null
  return activeSprints(snapshot)[0]?.id ?? null
}

/** Gives cards the value of a lane in place of the one that they stand in. */
function regroup(model: BoardModel, ids: readonly string[], group: Group, lane: string): void {
  const { store, edits } = model
  for (const id of ids) {
    const card = store.card(id)
    const old = card && laneOf(card, group, store.snapshot())
    if (!card || old === lane) continue
    if (group === 'type') edits.setField([id], 'type', lane)
    else {
      const put = group === 'assignee' ? edits.assign.bind(edits) : edits.label.bind(edits)
      if (old && old !== NONE) put([id], old, false)
      if (lane !== NONE) put([id], lane, true)
    }
  }
}

function tellMove(model: BoardModel, ids: readonly string[]): string {
  const [first = ''] = ids
  const at = model.lens.where(first) ?? whereIs(model.store, first)
  const column = at?.view.column.name ?? ''
  const title = titleOf(model, first)
  announce(
    ids.length > 1
      ? t('cards.moved', { count: ids.length, column })
      : t('card.moved', { title, column, at: (at?.index ?? 0) + 1, of: at?.view.cards.length ?? 0 }),
  )
  focusCard(model, first)
  return ids.length > 1 ? t('cards.moved', { count: ids.length, column }) : t('card.movedTo', { title, column })
}

/** Whether the server would refuse: the limit is a hard one, and what is there and what comes are more. */
function isFull(model: BoardModel, ids: readonly string[], column: string): boolean {
  const view = model.store.snapshot().columns.find((known) => known.column.id === column)
  if (view?.column.wip?.mode !== 'hard') return false
  const coming = ids.filter((id) => !view.cards.includes(id)).length
  return coming > 0 && view.cards.length + coming > view.column.wip.n
}

function tellRefusal(model: BoardModel, column: string, reason: string | null): void {
  const known = model.store.snapshot().columns.find((view) => view.column.id === column)?.column
  const text = reason ?? t('wip.refused', { column: known?.name ?? '', n: known?.wip?.n ?? 0 })
  announce(text)
  toast(text)
}

export function deleteCard(model: BoardModel, id: string): void {
  deleteCards(model, [id])
}

/** Hides cards; a toast brings them back. */
export function deleteCards(model: BoardModel, ids: readonly string[]): void {
  const [title, count] = [titleOf(model, ids[0] ?? ''), ids.length]
  const text = count > 1 ? t('cards.deleted', { count }) : t('card.deleted', { title })
  takeAway(
    model,
    ids,
    text,
    () => model.edits.deleteCards(ids),
    () => model.edits.restoreCards(ids),
  )
}

export function archiveCards(model: BoardModel, ids: readonly string[]): void {
  const [title, count] = [titleOf(model, ids[0] ?? ''), ids.length]
  const text = count > 1 ? t('cards.archived', { count }) : t('card.archivedOne', { title })
  const archive = (isArchived: boolean) => (): void => model.edits.setField(ids, 'archived', isArchived)
  takeAway(model, ids, text, archive(true), archive(false))
}

function takeAway(
  model: BoardModel,
  ids: readonly string[],
  text: string,
  take: () => void,
  giveBack: () => void,
): void {
  const [first] = ids
  if (first === undefined) return
  const next = heir(model, first, ids)
  if (ids.includes(model.open.get() ?? '')) model.openCard(null)
  take()
  announce(text)
  offerUndo(model, text, () => {
    giveBack()
    announce(t('card.restored'))
    focusCard(model, first)
  })
  if (next) focusCard(model, next)
}

export function copyCards(model: BoardModel, ids: readonly string[]): void {
  const copies: string[] = []
  together(model, () => {
    for (const id of ids) {
      const copy = model.edits.copyCard(id)
      if (copy) copies.push(copy)
    }
  })
  const [first] = copies
  if (first === undefined) return
  for (const id of copies) model.lens.keep(id)
  const text = t('cards.copied', { count: copies.length })
  announce(text)
  offerUndo(model, text, () => model.edits.deleteCards(copies))
  focusCard(model, first)
}

export function addCard(model: BoardModel, title: string, to: Target): string {
  const id = model.edits.addCard(title, to, { sprint: sprintFor(model, to.column), ...factsOfLane(model, to.lane) })
  model.lens.keep(id)
  const column = whereIs(model.store, id)?.view.column.name ?? ''
  announce(t('card.added', { title: titleOf(model, id), column }))
  requestAnimationFrame(() => {
    const at = model.lens.where(id)
    if (at) model.scrollers.get(to.column)?.(at.index)
  })
  return id
}

/** What a new card has to have to stand in a lane. */
function factsOfLane(model: BoardModel, lane: string | undefined): CardFacts {
  const { group } = model.lens.filter()
  if (!group || lane === undefined || lane === NONE) return {}
  if (group === 'assignee') return { assignees: [lane] }
  if (group === 'label') return { labels: [lane] }
  const type = CARD_TYPES.find((known) => known === lane)
  return type ? { type } : {}
}

export function deleteColumn(model: BoardModel, id: string, name: string): void {
  model.edits.deleteColumn(id)
  const text = t('column.deleted', { name })
  announce(text)
  offerUndo(model, text, () => model.edits.restoreColumn(id))
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
