// Readers: whatever a document holds, it reads as a board. What is malformed is left out, as `src/board/` does it.
// Both run `client-protocol/fixtures/board-read.json`.

import * as Y from 'yjs'
import { asFlag, asNumber, asText, type LostValue, type Parse, Part } from './fields.ts'
import { isPartId } from './ids.ts'
import { compare, compareRanks } from './rank.ts'
import { type Entry, isRecord, moment, readPositions } from './register.ts'

export type Category = 'backlog' | 'todo' | 'doing' | 'done'

export const CARD_TYPES = ['task', 'story', 'bug', 'issue', 'question'] as const
export type CardType = (typeof CARD_TYPES)[number]

export const PRIORITIES = ['urgent', 'high', 'low'] as const
export type Priority = (typeof PRIORITIES)[number]

export const LINK_KINDS = ['blocks', 'relates', 'duplicates'] as const
export type LinkKind = (typeof LINK_KINDS)[number]

/** How many cards a column should hold, and whether the server sees to it. */
export interface Wip {
  readonly n: number
  readonly mode: 'soft' | 'hard'
}

/** A column without its cards. */
export interface ColumnData {
  readonly id: string
  readonly name: string
  readonly category: Category
  readonly wip: Wip | null
  readonly rank: string | null
  readonly isDeleted: boolean
}

export interface ChecklistItem {
  readonly id: string
  readonly text: string
  readonly isDone: boolean
  readonly rank: string | null
}

export interface Comment {
  readonly id: string
  readonly by: string
  readonly at: number
  readonly body: string
  readonly isEdited: boolean
}

/** A link as it stands on the card that it goes out from. */
export interface Link {
  readonly kind: LinkKind
  readonly to: string
}

/** Which sprint a card is planned into (null: the backlog), and its order there. */
export interface Plan {
  readonly sprint: string | null
  readonly rank: string | null
}

/** What a card says of itself. */
export interface CardData {
  readonly id: string
  readonly title: string
  readonly number: number | null
  readonly type: CardType
  /** Where it was put. */
  readonly position: Entry | null
  /** Where others put it at the same time, newest first. */
  readonly overwritten: readonly Entry[]
  readonly plan: Plan
  readonly points: number | null
  readonly priority: string | null
  readonly start: string | null
  readonly due: string | null
  readonly assignees: readonly string[]
  readonly labels: readonly string[]
  readonly checklist: readonly ChecklistItem[]
  readonly comments: readonly Comment[]
  readonly links: readonly Link[]
  readonly createdAt: number | null
  readonly createdBy: string | null
  /** The import that made it. */
  readonly importId: string | null
  readonly isArchived: boolean
  readonly isDeleted: boolean
  readonly deletedAt: number | null
  readonly deletedBy: string | null
  /** Values that lost to others' newer ones. */
  readonly lost: readonly LostValue[]
  /** What the server took back: a move into a full column, or into a sprint that is over. */
  readonly takenBack: readonly TakenBack[]
}

/** An edit that the server could not let stand. */
export interface TakenBack {
  readonly reason: 'wip' | 'closed'
  readonly by: string
  readonly at: number
  /** The column or the sprint that it was meant for. */
  readonly to: string
}

export type SprintState = 'planned' | 'active' | 'closed'

export interface SprintData {
  readonly id: string
  readonly name: string
  readonly goal: string
  /** First and last day, `YYYY-MM-DD`. */
  readonly start: string | null
  readonly end: string | null
  readonly capacity: number | null
  readonly state: SprintState
  readonly startedAt: number | null
  readonly completedAt: number | null
  /** Where its unfinished cards went; null is the backlog. */
  readonly carriedTo: string | null
  readonly isDeleted: boolean
  readonly lost: readonly LostValue[]
}

export interface Label {
  readonly id: string
  readonly name: string
  readonly color: string
  readonly isDeleted: boolean
}

const asPlan: Parse<Plan> = (value) => {
  if (!isRecord(value)) return undefined
  const { sprint, rank } = value
  if (sprint !== null && sprint !== undefined && !(typeof sprint === 'string' && isPartId(sprint))) return undefined
  return { sprint: sprint ?? null, rank: typeof rank === 'string' ? rank : null }
}

const asWip: Parse<Wip> = (value) => {
  if (!isRecord(value)) return undefined
  const n = asNumber(value['n'])
  if (n === undefined || !Number.isInteger(n) || n < 1 || n > WIP_MAX) return undefined
  return { n, mode: value['mode'] === 'hard' ? 'hard' : 'soft' }
}

const asCategory: Parse<Category> = (value) =>
  value === 'backlog' || value === 'todo' || value === 'doing' || value === 'done' ? value : undefined

const asCardType: Parse<CardType> = (value) => CARD_TYPES.find((type) => type === value)

const asPoints: Parse<number> = (value) => {
  const number = asNumber(value)
  return number !== undefined && number >= 0 && number <= POINTS_MAX ? number : undefined
}

/** Largest WIP limit and estimate that count. */
export const WIP_MAX = 999
export const POINTS_MAX = 9_999

const NO_PLAN: Plan = { sprint: null, rank: null }

/** The single-valued fields of a card, and what each takes. */
export const CARD_FIELDS = {
  type: asCardType,
  plan: asPlan,
  points: asPoints,
  priority: asText,
  start: asText,
  due: asText,
  archived: asFlag,
} as const

export function readColumn(id: string, map: Y.Map<unknown>): ColumnData {
  const part = new Part(map)
  return {
    id,
    name: part.field('name', asText) ?? '',
    category: part.field('category', asCategory) ?? 'todo',
    wip: part.field('wip', asWip),
    rank: part.field('rank', asText),
    isDeleted: isDeleted(map),
  }
}

export function readCard(id: string, map: Y.Map<unknown>): CardData {
  const part = new Part(map)
  const position = nested(map, 'position')
  const [place = null, ...overwritten] = position ? readPositions(position.entries()) : []
  const ext = nested(map, 'ext')
  const created = stamp(map.get('created'))
  const deleted = stamp(map.get('deleted'))
  return {
    id,
    title: sharedText(map.get('title')) ?? '',
    number: whole(map.get('number')) ?? whole(ext?.get('number')),
    type: part.field('type', asCardType) ?? 'task',
    position: place,
    overwritten,
    plan: part.field('plan', asPlan) ?? NO_PLAN,
    points: part.field('points', asPoints),
    priority: part.field('priority', asText),
    start: part.field('start', asText),
    due: part.field('due', asText),
    assignees: names(nested(map, 'assignees')),
    labels: names(nested(map, 'labels')),
    checklist: checklist(nested(map, 'checklist')),
    comments: comments(nested(map, 'comments')),
    links: links(nested(map, 'links')),
    createdAt: created?.at ?? null,
    createdBy: created?.by ?? null,
    importId: asText(ext?.get('import')) ?? null,
    isArchived: part.field('archived', asFlag) === true,
    isDeleted: isDeleted(map),
    deletedAt: deleted?.at ?? null,
    deletedBy: deleted?.by ?? null,
    lost: Object.entries(CARD_FIELDS).flatMap(([name, parse]) => part.overwritten<unknown>(name, parse)),
    takenBack: takenBack(part, place, position),
  }
}

export function readSprint(id: string, map: Y.Map<unknown>): SprintData {
  const part = new Part(map)
  const started = stamp(map.get('started'))
  const completed = stamp(map.get('completed'))
  const to = isRecord(map.get('completed')) ? (map.get('completed') as Record<string, unknown>)['to'] : null
  return {
    id,
    name: part.field('name', asText) ?? '',
    goal: part.field('goal', asText) ?? '',
    start: part.field('start', asText),
    end: part.field('end', asText),
    capacity: part.field('capacity', asPoints),
    state: completed ? 'closed' : started ? 'active' : 'planned',
    startedAt: started?.at ?? null,
    completedAt: completed?.at ?? null,
    carriedTo: typeof to === 'string' ? to : null,
    isDeleted: isDeleted(map),
    lost: [
      ...['name', 'goal', 'start', 'end'].flatMap((name) => part.overwritten(name, asText)),
      ...part.overwritten('capacity', asPoints),
    ],
  }
}

export function readLabel(id: string, map: Y.Map<unknown>): Label {
  const part = new Part(map)
  return {
    id,
    name: part.field('name', asText) ?? '',
    color: part.field('color', asText) ?? 'grey',
    isDeleted: isDeleted(map),
  }
}

/** What a server's write says of the edit that it took back. */
function takenBack(part: Part, place: Entry | null, position: Y.Map<unknown> | null): TakenBack[] {
  const found: TakenBack[] = []
  const moved = place && position?.get(place.writer)
  if (place && isRecord(moved)) found.push(...reasonOf(moved['lost'], 'wip', 'column', place.at))
  const planned = part.written('plan', asPlan)
  if (planned) found.push(...reasonOf(planned.lost, 'closed', 'sprint', planned.at))
  return found
}

function reasonOf(lost: unknown, reason: TakenBack['reason'], target: string, at: number): TakenBack[] {
  if (!isRecord(lost) || lost['reason'] !== reason) return []
  const by = lost['by']
  const to = lost[target]
  return typeof by === 'string' && typeof to === 'string' ? [{ reason, by, at, to }] : []
}

/** The well-named entries of a map that are maps themselves. */
export function maps(parent: Y.Map<unknown>): [string, Y.Map<unknown>][] {
  const found: [string, Y.Map<unknown>][] = []
  for (const [id, value] of parent.entries()) if (isPartId(id) && value instanceof Y.Map) found.push([id, value])
  return found
}

export function nested(map: Y.Map<unknown>, key: string): Y.Map<unknown> | null {
  const value = map.get(key)
  return value instanceof Y.Map ? value : null
}

/** A removal mark: anything but null counts. */
export function isDeleted(map: Y.Map<unknown>): boolean {
  const mark = map.get('deleted')
  return mark !== undefined && mark !== null
}

/** Y.XmlText passes `instanceof Y.Text`, but is no title. */
export function isText(value: unknown): value is Y.Text {
  return value instanceof Y.Text && value.constructor === Y.Text
}

function sharedText(value: unknown): string | null {
  // Not toJSON: a text with embeds still reads as its characters.
  return isText(value) ? value.toString() : null
}

/** A whole number from 1 on. */
function whole(value: unknown): number | null {
  const number = asNumber(value)
  return number !== undefined && Number.isInteger(number) && number > 0 ? number : null
}

/** When something was made or deleted, and by whom. */
export function stamp(value: unknown): { at: number; by: string | null } | null {
  if (!isRecord(value)) return null
  const at = moment(value['at'])
  const by = value['by']
  return at === null ? null : { at, by: typeof by === 'string' ? by : null }
}

function names(map: Y.Map<unknown> | null): string[] {
  if (!map) return []
  const set = [...map.entries()].filter(([id, value]) => value === true && isPartId(id))
  return set.map(([id]) => id).sort(compare)
}

function checklist(map: Y.Map<unknown> | null): ChecklistItem[] {
  if (!map) return []
  const items = maps(map).flatMap(([id, item]) => {
    if (isDeleted(item)) return []
    const part = new Part(item)
    const text = part.field('text', asText) ?? ''
    return [{ id, text, isDone: part.field('done', asFlag) === true, rank: part.field('rank', asText) }]
  })
  return items.sort((a, b) => compareRanks(a.rank, b.rank) || compare(a.id, b.id))
}

function comments(map: Y.Map<unknown> | null): Comment[] {
  if (!map) return []
  const read = maps(map).flatMap(([id, comment]) => {
    if (isDeleted(comment)) return []
    const part = new Part(comment)
    const by = asText(comment.get('by')) ?? ''
    const body = part.field('body', asText) ?? sharedText(comment.get('body')) ?? ''
    return [{ id, by, at: moment(comment.get('at')) ?? 0, body, isEdited: part.written('body', asText) !== null }]
  })
  return read.sort((a, b) => a.at - b.at || compare(a.id, b.id))
}

function links(map: Y.Map<unknown> | null): Link[] {
  if (!map) return []
  const read: Link[] = []
  for (const [key, mark] of map.entries()) {
    const [name, to = ''] = key.split(':')
    const kind = LINK_KINDS.find((known) => known === name)
    if (kind && isPartId(to) && isRecord(mark)) read.push({ kind, to })
  }
  return read.sort((a, b) => compare(a.kind, b.kind) || compare(a.to, b.to))
}
