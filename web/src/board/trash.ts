// What was deleted from a board and can come back, whatever it was: for thirty days.

import type * as Y from 'yjs'
import type { BoardStore } from './board-store.ts'
import type { BoardEdits } from './edits.ts'
import { asText, Part } from './fields.ts'
import { isText, maps, nested, stamp } from './read.ts'

const DAY_MS = 86_400_000
const KEPT_DAYS = 30

/** Something deleted. What it was called, by whom it was deleted and when. */
export interface Trashed {
  readonly kind: 'card' | 'column' | 'sprint' | 'label' | 'item' | 'comment'
  readonly id: string
  readonly name: string
  readonly at: number
  readonly by: string | null
  /** The card that an item or a comment was on. */
  readonly card: string | null
}

/** All that can be restored at a time, what was deleted last first. What stood on a deleted card comes back with it. */
export function trashOf({ document }: BoardStore, now: number): Trashed[] {
  const found: Trashed[] = []
  const add = (kind: Trashed['kind'], [id, map]: [string, Y.Map<unknown>], card: string | null): boolean => {
    const mark = map.get('deleted') ?? null
    const deleted = stamp(mark)
    const name = nameOf(kind, map)
    // An empty line of a checklist is nothing that anybody misses.
    const isMissed = kind !== 'item' || name !== ''
    if (deleted && isMissed && daysLeft(deleted.at, now) >= 0) found.push({ kind, id, name, ...deleted, card })
    return mark !== null
  }
  for (const entry of maps(document.getMap('columns'))) add('column', entry, null)
  for (const entry of maps(document.getMap('sprints'))) add('sprint', entry, null)
  for (const entry of maps(document.getMap('labels'))) add('label', entry, null)
  for (const entry of maps(document.getMap('cards'))) {
    if (add('card', entry, null)) continue
    const [id, card] = entry
    for (const item of within(card, 'checklist')) add('item', item, id)
    for (const comment of within(card, 'comments')) add('comment', comment, id)
  }
  return found.sort((a, b) => b.at - a.at)
}

/** Whole days for which something deleted can still be restored; negative when they are over. */
export function daysLeft(deletedAt: number, now: number): number {
  return Math.floor((deletedAt + KEPT_DAYS * DAY_MS - now) / DAY_MS)
}

export function restore(edits: BoardEdits, { kind, id, card }: Trashed): void {
  const ways = {
    card: () => edits.restoreCard(id),
    column: () => edits.restoreColumn(id),
    sprint: () => edits.restoreSprint(id),
    label: () => edits.restoreLabel(id),
    item: () => edits.restoreItem(card ?? '', id),
    comment: () => edits.restoreComment(card ?? '', id),
  }
  ways[kind]()
}

function within(card: Y.Map<unknown>, name: 'checklist' | 'comments'): [string, Y.Map<unknown>][] {
  const map = nested(card, name)
  return map ? maps(map) : []
}

function nameOf(kind: Trashed['kind'], map: Y.Map<unknown>): string {
  const field = { card: 'title', column: 'name', sprint: 'name', label: 'name', item: 'text', comment: 'body' }[kind]
  const shared = map.get(field)
  return new Part(map).field(field, asText) ?? (isText(shared) ? shared.toString() : '')
}
