// Activity in words. Names come from the board as it is now; what is not there any more keeps what was told of it.

import type { BoardModel } from '../../board/board-context.tsx'
import { CARD_TYPES, PRIORITIES } from '../../board/read.ts'
import { momentWords } from '../../fields/dates.ts'
import type { FieldName } from '../../fields/request.ts'
import { currentLanguage, type Translate } from '../../i18n/index.ts'
import type { ListKind, What } from './happenings.ts'

/** What the wording asks the board. */
export interface Names {
  readonly person: (id: string) => string
  readonly label: (id: string) => string
  readonly card: (id: string) => string
}

/** Longer texts are cut: the line tells what happened, not all that was written. */
const TEXT_MAX = 60

export function namesOf(board: BoardModel, t: Translate): Names {
  const { members, labels, key } = board.store.snapshot()
  const here = board.people.people()
  return {
    person: (id) => here.find((person) => person.id === id)?.name ?? members.get(id)?.name ?? t('people.somebody'),
    label: (id) => labels.get(id)?.name || t('field.labels'),
    card: (id) => {
      const card = board.store.card(id)
      if (!card) return t('card.untitled')
      if (card.number === null) return short(card.title || t('card.untitled'))
      return key ? `${key}-${card.number}` : `#${card.number}`
    },
  }
}

/** What somebody did, with the words that matter marked. */
export function didWords(what: What, by: string, names: Names, t: Translate): string {
  switch (what.kind) {
    case 'created':
    case 'described':
    case 'deleted':
    case 'restored':
      return t(`did.${what.kind}`)
    case 'moved':
    case 'renamed':
      return t(`did.${what.kind}`, { from: short(what.from), to: short(what.to) })
    case 'planned':
      if (what.to !== null) return t('did.planned', { from: '', to: short(what.to) })
      return t('did.unplanned', { from: short(what.from ?? ''), to: '' })
    case 'field':
      return fieldWords(what.name, what.from, what.to, t)
    case 'linked':
      return t(`did.linked.${linkOf(what.link)}`, { to: names.card(what.to) })
    case 'unlinked':
      return t('did.unlinked', { to: names.card(what.to) })
    default:
      return listWords(what.kind, what.items, by, names, t)
  }
}

function fieldWords(name: string, before: unknown, after: unknown, t: Translate): string {
  if (name === 'archived') return t(after === true ? 'did.archived' : 'did.unarchived')
  const field = fieldName(name, t)
  const [from, to] = [valueWords(name, before, t), valueWords(name, after, t)]
  if (to === null) return t('did.cleared', { field, from: from ?? '', to: '' })
  return from === null ? t('did.set', { field, from: '', to }) : t('did.changed', { field, from, to })
}

function listWords(kind: ListKind, items: readonly string[], by: string, names: Names, t: Translate): string {
  const [first = ''] = items
  const text = short(first)
  const count = items.length
  const all = (name: (id: string) => string): { names: string } => ({ names: items.map(name).map(short).join(', ') })
  switch (kind) {
    case 'assigned':
      return count === 1 && first === by ? t('did.took') : t('did.assigned', all(names.person))
    case 'unassigned':
      return count === 1 && first === by ? t('did.left') : t('did.unassigned', all(names.person))
    case 'labelled':
    case 'unlabelled':
      return t(`did.${kind}`, all(names.label))
    case 'item_added':
      return count === 1 ? t('did.itemAdded', { text }) : t('did.itemsAdded', { count })
    case 'checked':
      return count === 1 ? t('did.itemChecked', { text }) : t('did.itemsChecked', { count })
    case 'unchecked':
      return count === 1 ? t('did.itemUnchecked', { text }) : t('did.itemsUnchecked', { count })
    case 'item_removed':
      return count === 1 ? t('did.itemRemoved', { text }) : t('did.itemsRemoved', { count })
    default:
      return kind satisfies never
  }
}

function linkOf(kind: string): 'blocks' | 'relates' | 'duplicates' {
  return kind === 'blocks' || kind === 'duplicates' ? kind : 'relates'
}

const FIELD_WORDS: Record<string, FieldName> = {
  type: 'type',
  points: 'points',
  priority: 'priority',
  start: 'start',
  due: 'due',
  plan: 'sprint',
}

export function fieldName(name: string, t: Translate): string {
  const known = FIELD_WORDS[name]
  return known ? t(`field.${known}`) : name
}

/** A field's value as people say it; null for none. */
export function valueWords(name: string, value: unknown, t: Translate): string | null {
  if (value === null || value === undefined) return null
  if (name === 'priority') {
    const priority = PRIORITIES.find((known) => known === value)
    return priority ? t(`card.priority.${priority}`) : null
  }
  if (name === 'type') {
    const type = CARD_TYPES.find((known) => known === value)
    return type ? t(`type.${type}`) : short(String(value))
  }
  if (name === 'start' || name === 'due') {
    return momentWords(String(value), new Date(), currentLanguage()) ?? short(String(value))
  }
  return short(String(value))
}

function short(text: string): string {
  const characters = Array.from(text)
  return characters.length > TEXT_MAX ? `${characters.slice(0, TEXT_MAX - 1).join('')}…` : text
}
