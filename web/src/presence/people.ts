// People: everybody's presence as the views read it, and the way to say one's own.
// What others say is somebody's text: it is parsed, bounded and never trusted.

import { equalityDeep } from 'lib0/function'
import type { Awareness } from 'y-protocols/awareness'
import { isPartId } from '../board/ids.ts'
import { isRecord } from '../board/register.ts'
import { COLORS } from './colors.ts'

const NAME_MAX = 40
/** A drag of which nothing was heard for this long is over. */
const DRAG_SILENCE_MS = 5_000
/** Twice within that silence, so that one lost message does no harm. */
const DRAG_RENEW_MS = 2_000
/** More cards in one hand are not told one by one. */
const OTHERS_MAX = 30
const COUNT_MAX = 9_999
const PATH_MAX = 400
const TOPS_MAX = 100
/** Thirty hands tell where they are hundreds of times a second; the eye needs fewer. */
const READ_MS = 50
/** Nothing done for this long: the person is away. */
const IDLE_MS = 60_000

export interface Drag {
  readonly card: string
  /** Cards that are held along with it, as far as they are told, and how many are held in all. */
  readonly others: readonly string[]
  readonly count: number
  readonly column: string
  readonly before: string | null
}

/** What somebody looks at, told while others follow: where in the board, and how far each list is scrolled. */
export interface Sight {
  /** The part of the address behind the board's own. */
  readonly path: string
  /** The card at the top of each list that was scrolled, by column. */
  readonly tops: Readonly<Record<string, string>>
  /** The column at the left edge. */
  readonly left: string | null
}

export interface Person {
  readonly clientId: number
  readonly id: string
  readonly name: string
  readonly color: number
  readonly focusCard: string | null
  readonly drag: Drag | null
  /** Whom they follow, as a client. */
  readonly follows: number | null
  readonly sight: Sight | null
  readonly isIdle: boolean
  readonly isMe: boolean
}

/** Who I am, as others see me. */
export interface Me {
  readonly id: string
  readonly name: string
  readonly color: number
}

/** Who else is here, and no more: what they hold and look at changes many times a second. */
export function othersOf(people: readonly Person[]): Pick<Person, 'clientId' | 'name' | 'color' | 'isIdle'>[] {
  const others = people.filter(({ isMe }) => !isMe)
  return others.map(({ clientId, name, color, isIdle }) => ({ clientId, name, color, isIdle }))
}

export class PeopleStore {
  readonly #awareness: Awareness
  readonly #listeners = new Set<() => void>()
  readonly #dragHeardAt = new Map<number, number>()
  readonly #stop: (() => void)[] = []
  #people: readonly Person[] = []
  #idleTimer = 0
  #dragTimer = 0
  #readTimer = 0
  #readAt = 0

  constructor(awareness: Awareness, me: Me) {
    this.#awareness = awareness
    awareness.setLocalState({ user: me, focus: null, drag: null, idle: false, since: Date.now() })
    const onChange = ({ added, updated, removed }: { added: number[]; updated: number[]; removed: number[] }): void => {
      for (const id of [...added, ...updated]) this.#dragHeardAt.set(id, Date.now())
      for (const id of removed) this.#dragHeardAt.delete(id)
      this.#readSoon()
    }
    // `update` and not `change`: a drag that rests is renewed without a change.
    awareness.on('update', onChange)
    const ticking = setInterval(() => this.#read(), 1_000)
    const active = (): void => this.#active()
    for (const event of ['pointerdown', 'keydown', 'pointermove']) addEventListener(event, active, { passive: true })
    this.#stop.push(
      () => awareness.off('update', onChange),
      () => clearInterval(ticking),
      () => clearTimeout(this.#idleTimer),
      () => clearTimeout(this.#readTimer),
      () => clearInterval(this.#dragTimer),
      () => {
        for (const event of ['pointerdown', 'keydown', 'pointermove']) removeEventListener(event, active)
      },
    )
    this.#read()
    this.#active()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Everybody, me first; the same array until something changes, and the same object of who did not change. */
  readonly people = (): readonly Person[] => this.#people

  setMe(me: Me): void {
    this.#awareness.setLocalStateField('user', me)
  }

  /** Which card I have open. */
  setFocus(card: string | null): void {
    this.#awareness.setLocalStateField('focus', card === null ? null : { card })
  }

  /** What I drag, and to where; said again while it rests, since a silent drag counts as lost. */
  setDrag(drag: Drag | null): void {
    clearInterval(this.#dragTimer)
    this.#awareness.setLocalStateField('drag', drag)
    if (drag === null) return
    this.#dragTimer = window.setInterval(() => this.#awareness.setLocalStateField('drag', drag), DRAG_RENEW_MS)
  }

  /** Whom I follow; null: nobody. */
  setFollows(clientId: number | null): void {
    this.#awareness.setLocalStateField('follows', clientId)
  }

  setSight(sight: Sight | null): void {
    this.#awareness.setLocalStateField('sight', sight)
  }

  destroy(): void {
    for (const stop of this.#stop) stop()
    this.#listeners.clear()
  }

  #active(): void {
    clearTimeout(this.#idleTimer)
    if (this.#awareness.getLocalState()?.['idle'] === true) this.#awareness.setLocalStateField('idle', false)
    this.#idleTimer = window.setTimeout(() => this.#awareness.setLocalStateField('idle', true), IDLE_MS)
  }

  #readSoon(): void {
    if (this.#readTimer !== 0) return
    const wait = Math.max(0, this.#readAt + READ_MS - Date.now())
    if (wait === 0) this.#read()
    else this.#readTimer = window.setTimeout(() => this.#read(), wait)
  }

  #read(): void {
    clearTimeout(this.#readTimer)
    this.#readTimer = 0
    this.#readAt = Date.now()
    const before = new Map(this.#people.map((person) => [person.clientId, person]))
    const people: Person[] = []
    for (const [clientId, state] of this.#awareness.getStates()) {
      const person = this.#parse(clientId, state)
      const last = before.get(clientId)
      if (person) people.push(last && equalityDeep(last, person) ? last : person)
    }
    people.sort((a, b) => Number(b.isMe) - Number(a.isMe) || a.clientId - b.clientId)
    if (equalityDeep(people, this.#people)) return
    this.#people = people
    for (const listener of this.#listeners) listener()
  }

  #parse(clientId: number, state: unknown): Person | null {
    if (!isRecord(state) || !isRecord(state['user'])) return null
    const { id, name, color } = state['user']
    if (typeof name !== 'string' || typeof id !== 'string') return null
    const focus = isRecord(state['focus']) ? part(state['focus']['card']) : null
    const heardAt = this.#dragHeardAt.get(clientId) ?? 0
    const isMe = clientId === this.#awareness.clientID
    return {
      clientId,
      id: id.slice(0, NAME_MAX),
      name: name.slice(0, NAME_MAX) || '?',
      color: typeof color === 'number' && color >= 1 && color <= COLORS ? Math.floor(color) : 1,
      focusCard: focus,
      drag: isMe || Date.now() - heardAt < DRAG_SILENCE_MS ? drag(state['drag']) : null,
      follows: typeof state['follows'] === 'number' ? state['follows'] : null,
      sight: sight(state['sight']),
      isIdle: state['idle'] === true,
      isMe,
    }
  }
}

function drag(value: unknown): Drag | null {
  if (!isRecord(value)) return null
  const card = part(value['card'])
  const column = part(value['column'])
  if (!card || !column) return null
  const list: unknown[] = Array.isArray(value['others']) ? value['others'].slice(0, OTHERS_MAX) : []
  const others = list.map(part).filter((id) => id !== null)
  const count = typeof value['count'] === 'number' && value['count'] >= 1 ? Math.floor(value['count']) : 1
  return { card, others, count: Math.min(count, COUNT_MAX), column, before: part(value['before']) }
}

function sight(value: unknown): Sight | null {
  if (!isRecord(value) || typeof value['path'] !== 'string' || value['path'].length > PATH_MAX) return null
  const tops: Record<string, string> = {}
  const told = isRecord(value['tops']) ? Object.entries(value['tops']).slice(0, TOPS_MAX) : []
  for (const [column, card] of told) {
    const id = part(card)
    if (id && isPartId(column)) tops[column] = id
  }
  return { path: value['path'], tops, left: part(value['left']) }
}

function part(value: unknown): string | null {
  return typeof value === 'string' && isPartId(value) ? value : null
}
