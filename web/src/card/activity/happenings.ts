// What happened to a card, as the server tells it: parsed, and told in as few lines as it takes.
// Several changes of one thing by one person within a minute are one line; what was undone in that time is none.

import { isRecord } from '../../board/register.ts'

/** What names one person, label or item; several of a kind are one line. The second is what takes it back. */
const LISTS = {
  assigned: ['user', 'unassigned'],
  unassigned: ['user', 'assigned'],
  labelled: ['label', 'unlabelled'],
  unlabelled: ['label', 'labelled'],
  item_added: ['text', 'item_removed'],
  item_removed: ['text', null],
  checked: ['text', 'unchecked'],
  unchecked: ['text', 'checked'],
} as const

export type ListKind = keyof typeof LISTS

export type What =
  | { readonly kind: 'created' | 'described' | 'deleted' | 'restored' }
  | { readonly kind: 'renamed' | 'moved'; readonly from: string; readonly to: string }
  | { readonly kind: 'planned'; readonly from: string | null; readonly to: string | null }
  | { readonly kind: 'field'; readonly name: string; readonly from: unknown; readonly to: unknown }
  | { readonly kind: ListKind; readonly items: readonly string[] }
  | { readonly kind: 'linked' | 'unlinked'; readonly link: string; readonly to: string }

export interface Happening {
  readonly number: number
  readonly at: number
  readonly by: string
  readonly what: What
}

/** A line of the activity: one happening, or several told as one. */
export interface Line extends Happening {
  readonly since: number
}

const WINDOW_MS = 60_000
/** Texts grow over minutes. */
const WRITING_MS = 10 * 60_000

/** Reads what the server answered; what this version does not know is left out. */
export function parseEvents(answer: unknown): Happening[] {
  const events = isRecord(answer) ? answer['events'] : null
  if (!Array.isArray(events)) return []
  const read = events.flatMap((event: unknown) => parse(event) ?? [])
  return read.sort((a, b) => a.number - b.number)
}

/** Whether there are older ones to ask for. */
export function hasMore(answer: unknown): boolean {
  return isRecord(answer) && answer['more'] === true
}

function parse(event: unknown): Happening | null {
  if (!isRecord(event) || !isRecord(event['body'])) return null
  const { number, at, by, body } = event
  const what = whatOf(body as Record<string, unknown>)
  if (typeof number !== 'number' || typeof at !== 'number' || !what) return null
  return { number, at, by: typeof by === 'string' ? by : '', what }
}

function whatOf(body: Record<string, unknown>): What | null {
  const { kind, from, to } = body
  if (kind === 'created' || kind === 'described' || kind === 'deleted' || kind === 'restored') return { kind }
  if (kind === 'renamed' || kind === 'moved') return { kind, from: nameOf(from) ?? '', to: nameOf(to) ?? '' }
  if (kind === 'planned') return { kind, from: nameOf(from), to: nameOf(to) }
  if (kind === 'field') return { kind, name: String(body['name']), from: from ?? null, to: to ?? null }
  if (kind === 'linked' || kind === 'unlinked') {
    return typeof to === 'string' ? { kind, link: String(body['link']), to } : null
  }
  if (typeof kind !== 'string' || !Object.hasOwn(LISTS, kind)) return null
  const list = kind as ListKind
  const item = body[LISTS[list][0]]
  return typeof item === 'string' ? { kind: list, items: [item] } : null
}

/** A title is told as it is; a column or a sprint by the name that it had then. */
function nameOf(value: unknown): string | null {
  if (isRecord(value)) return nameOf(value['name'])
  return typeof value === 'string' ? value : null
}

/** Lines in the order of time. */
export function coalesce(happenings: readonly Happening[]): Line[] {
  const lines: Line[] = []
  for (const next of happenings) {
    const at = lines.findLastIndex((line) => canJoin(line, next))
    const line = lines[at]
    const joined = line && join(line.what, next.what)
    if (joined === undefined) lines.push({ ...next, since: next.at })
    else if (joined === null) lines.splice(at, 1)
    else if (line) lines.splice(at, 1, { ...line, at: next.at, what: joined })
  }
  return lines.sort((a, b) => a.at - b.at || a.number - b.number)
}

function canJoin(line: Line, next: Happening): boolean {
  const window = next.what.kind === 'described' ? WRITING_MS : WINDOW_MS
  return line.by === next.by && next.at - line.at <= window && join(line.what, next.what) !== undefined
}

/** Two happenings as one; null when they cancel out, undefined when they have nothing to do with each other. */
function join(first: What, next: What): What | null | undefined {
  if ('items' in first && 'items' in next) return joinLists(first, next)
  if (first.kind !== next.kind) return undefined
  if (first.kind === 'described') return next
  if (first.kind === 'field' && next.kind === 'field') {
    if (first.name !== next.name) return undefined
    return JSON.stringify(first.from) === JSON.stringify(next.to) ? null : { ...next, from: first.from }
  }
  const isChange = first.kind === 'renamed' || first.kind === 'moved' || first.kind === 'planned'
  if (!isChange || !('from' in next)) return undefined
  return first.from === next.to ? null : ({ ...next, from: first.from } as What)
}

type List = Extract<What, { items: readonly string[] }>

function joinLists(first: List, next: List): What | null | undefined {
  if (first.kind === next.kind) return { kind: first.kind, items: [...first.items, ...next.items] }
  const [item = ''] = next.items
  if (LISTS[first.kind][1] !== next.kind || !first.items.includes(item)) return undefined
  const rest = first.items.filter((other) => other !== item)
  return rest.length === 0 ? null : { kind: first.kind, items: rest }
}
