// What the edits of this device that are not saved say, in words: one part of the board after the other, with the values that
// it has here. For people who may not write any more, so that nothing they wrote is out of reach.

import * as Y from 'yjs'
import type { BoardStore } from '../board/board-store.ts'
import { cardNumber } from '../board/CardFacts.tsx'
import { Part } from '../board/fields.ts'
import type { CardData } from '../board/read.ts'
import { isRecord } from '../board/register.ts'
import { valueWords } from '../card/activity/wording.ts'
import type { Translate } from '../i18n/index.ts'
import type { UnsavedEdit } from '../sync/index.ts'

/** What was changed of a card, a column, a sprint or a label. */
export interface UnsavedPart {
  readonly key: string
  readonly name: string
  readonly lines: readonly { readonly field: string; readonly value: string }[]
}

export interface Unsaved {
  readonly parts: readonly UnsavedPart[]
  /** Edits of which nothing can be shown: an older version of the app kept them. */
  readonly unreadable: number
}

type Line = readonly [field: string, value: string | null]

const ROOTS = ['cards', 'columns', 'sprints', 'labels'] as const
type Root = (typeof ROOTS)[number]

export function readUnsaved(store: BoardStore, edits: readonly UnsavedEdit[], t: Translate): Unsaved {
  /** The touched paths of each part; an empty path is the whole part. */
  const touched = new Map<string, string[][]>()
  for (const [root = '', id, ...path] of edits.flatMap((edit) => edit.touched ?? [])) {
    if (id === undefined || !ROOTS.some((known) => known === root)) continue
    const key = `${root}/${id}`
    const [field = '', ...further] = path
    const name = field.split('@')[0] ?? ''
    touched.set(key, [...(touched.get(key) ?? []), field === '' ? [] : [name, ...further]])
  }
  const parts = [...touched].map(([key, paths]): UnsavedPart => {
    const [root, id = ''] = key.split('/') as [Root, string]
    const card = root === 'cards' ? store.card(id) : null
    const lines = card ? cardLines(store, card, paths, t) : partLines(store, root, id, paths, t)
    const name = card ? cardName(store, card, t) : partName(store, root, id, t)
    return { key, name, lines: lines.flatMap(([field, value]) => (value ? [{ field, value }] : [])) }
  })
  return { parts, unreadable: edits.filter((edit) => edit.touched === undefined).length }
}

/** As it is copied and downloaded. */
export function textOf(parts: readonly UnsavedPart[]): string {
  const text = ({ name, lines }: UnsavedPart): string =>
    [name, ...lines.map(({ field, value }) => `${field}: ${value.replaceAll('\n', '\n  ')}`)].join('\n')
  return parts.map(text).join('\n\n')
}

function cardLines(store: BoardStore, card: CardData, paths: readonly string[][], t: Translate): Line[] {
  const { columns, sprints, members, labels } = store.snapshot()
  const isWhole = paths.some((path) => path.length === 0)
  const has = (field: string): boolean => isWhole || paths.some(([name]) => name === field)
  /** Which of a card's items or comments: all of them if it is new. */
  const hasPart = (field: string, id: string): boolean =>
    isWhole || paths.some(([name, part]) => name === field && (part === undefined || part === id))
  const line = (field: string, words: string, value: () => string | null): Line[] =>
    has(field) ? [[words, value()]] : []
  const named = (ids: readonly string[], names: ReadonlyMap<string, { readonly name: string }>): string | null =>
    ids.map((id) => names.get(id)?.name ?? t('people.somebody')).join(', ') || t('field.none')
  const value = (field: 'type' | 'points' | 'priority' | 'start' | 'due') => (): string | null =>
    valueWords(field, card[field], t) ?? (isWhole ? null : t('field.none'))
  return [
    ...line('deleted', t('unsaved.deleted'), () => (card.isDeleted ? '✓' : isWhole ? null : '–')),
    ...line('title', t('unsaved.field.title'), () => card.title),
    ...line('description', t('unsaved.field.description'), () => plain(store.description(card.id)).trim() || null),
    ...line(
      'position',
      t('field.status'),
      () => columns.find(({ column }) => column.id === card.position?.column)?.column.name ?? null,
    ),
    ...line('plan', t('field.sprint'), () => {
      if (card.plan.sprint === null) return isWhole ? null : t('field.none')
      return sprints.find(({ id }) => id === card.plan.sprint)?.name ?? null
    }),
    ...(isWhole && card.assignees.length === 0
      ? []
      : line('assignees', t('field.assignees'), () => named(card.assignees, members))),
    ...(isWhole && card.labels.length === 0 ? [] : line('labels', t('field.labels'), () => named(card.labels, labels))),
    ...(isWhole && card.type === 'task' ? [] : line('type', t('field.type'), value('type'))),
    ...line('points', t('field.points'), value('points')),
    ...line('priority', t('field.priority'), value('priority')),
    ...line('start', t('field.start'), value('start')),
    ...line('due', t('field.due'), value('due')),
    ...line('archived', t('unsaved.archived'), () => (card.isArchived ? '✓' : isWhole ? null : '–')),
    ...card.checklist.flatMap(({ id, text, isDone }): Line[] =>
      hasPart('checklist', id) ? [[t('unsaved.field.checklist'), `[${isDone ? 'x' : ' '}] ${text}`]] : [],
    ),
    ...card.comments.flatMap(({ id, body }): Line[] =>
      hasPart('comments', id) ? [[t('unsaved.field.comments'), body]] : [],
    ),
    ...line('links', t('unsaved.field.links'), () =>
      card.links.map(({ to }) => cardName(store, store.card(to), t)).join(', '),
    ),
  ]
}

function cardName(store: BoardStore, card: CardData | null, t: Translate): string {
  const number = card && cardNumber(card, store.snapshot())
  const title = card?.title || t('card.untitled')
  return number ? `${number} ${title}` : title
}

/** Fields of a column, a sprint or a label; `rank` is how it stands among its like. */
const PART_FIELDS = ['name', 'goal', 'start', 'end', 'capacity', 'color', 'category', 'wip', 'rank', 'deleted'] as const

function partLines(store: BoardStore, root: Root, id: string, paths: readonly string[][], t: Translate): Line[] {
  const part = partOf(store, root, id)
  const isWhole = paths.some((path) => path.length === 0)
  return PART_FIELDS.flatMap((field): Line[] => {
    const isTouched = paths.some(([name]) => name === field)
    if (!part || !(isTouched || (isWhole && field !== 'rank'))) return []
    if (field === 'rank') return [[t('unsaved.field.order'), '✓']]
    if (field === 'deleted') return [[t('unsaved.deleted'), isRecord(part.get('deleted')) ? '✓' : isWhole ? null : '–']]
    const words = field === 'start' ? t('field.start') : t(`unsaved.field.${field}`)
    return [[words, scalar(part, field) ?? (isWhole ? null : t('field.none'))]]
  })
}

function partName(store: BoardStore, root: Root, id: string, t: Translate): string {
  const part = partOf(store, root, id)
  const name = (part && scalar(part, 'name')) || t('card.untitled')
  return root === 'cards' ? name : `${t(`unsaved.kind.${root}`)} ${name}`
}

function partOf(store: BoardStore, root: Root, id: string): Y.Map<unknown> | null {
  const part = store.document.getMap(root).get(id)
  return part instanceof Y.Map ? part : null
}

function scalar(part: Y.Map<unknown>, field: string): string | null {
  const value = new Part(part).field(field, (any: unknown) => (any === null ? undefined : any))
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  return isRecord(value) && typeof value['n'] === 'number' ? String(value['n']) : null
}

/** The words of a description, a line for each paragraph. */
function plain(node: Y.XmlFragment | Y.XmlText | Y.XmlElement | Y.XmlHook | null): string {
  if (!node) return ''
  if (node instanceof Y.XmlText) {
    const runs: { insert: unknown }[] = node.toDelta()
    return runs.map(({ insert }) => (typeof insert === 'string' ? insert : '')).join('')
  }
  if (!(node instanceof Y.XmlFragment)) return ''
  const parts = node.toArray() as (Y.XmlText | Y.XmlElement)[]
  const isInline = parts.every((part) => part instanceof Y.XmlText)
  return parts.map(plain).join(isInline ? '' : '\n')
}
