// What the parts of the backlog page share: what is in the hand, which sections are folded, where a card is being written.

import { createContext, useContext } from 'react'
import { recall, remember } from '../../app/stored.ts'
import type { BoardModel } from '../../board/board-context.tsx'
import type { SprintData } from '../../board/read.ts'
import { Signal } from '../../board/signal.ts'

/** Where planned cards go: into a sprint (null: the backlog), before a card or last. */
export interface PlanPlace {
  readonly sprint: string | null
  readonly before: string | null
}

/** Cards that are being dragged here, and where they would land. */
export interface PlanHand {
  readonly ids: readonly string[]
  readonly to: PlanPlace | null
}

const STORED = 'calit.planfold.'
const BACKLOG = '-'

/** What a section is called in sets and keys; no id of a sprint looks like that of the backlog. */
export function sectionKey(sprint: string | null): string {
  return sprint ?? BACKLOG
}

export class Planning {
  readonly hand = new Signal<PlanHand | null>(null)
  readonly folded: Signal<ReadonlySet<string>>
  /** The section that has the field for a new card. */
  readonly adding = new Signal<string | null>(null)
  /** The cards whose way into a sprint is being chosen. */
  readonly menu = new Signal<readonly string[] | null>(null)
  readonly find = new Signal('')
  /** Where choosing began, for Shift. */
  selectedFrom: string | null = null
  /** How a pane brings one of its cards into view; false when it does not show it. */
  readonly scrollers = new Set<(card: string) => boolean>()
  /** Every card on the page in order, pane by pane. */
  order: readonly string[] = []
  readonly #storedAs: string

  constructor(board: string) {
    this.#storedAs = STORED + board
    this.folded = new Signal<ReadonlySet<string>>(new Set((recall(this.#storedAs) ?? '').split(' ').filter(Boolean)))
  }

  fold(key: string, isFolded: boolean): void {
    const next = new Set(this.folded.get())
    if (isFolded) next.add(key)
    else next.delete(key)
    remember(this.#storedAs, [...next].join(' '))
    this.folded.set(next)
  }
}

const Context = createContext<Planning | null>(null)

export const PlanningProvider = Context.Provider

export function usePlanning(): Planning {
  const planning = useContext(Context)
  if (!planning) throw new Error('usePlanning is for the parts of the backlog page')
  return planning
}

/** Sprints that can be planned, in the order of the page. */
export function openSprints(sprints: readonly SprintData[]): SprintData[] {
  return sprints.filter(({ state }) => state !== 'closed')
}

/** What an action on a card is for: all chosen ones when it is among them, else the card alone. */
export function actedOn(board: BoardModel, planning: Planning, card: string): readonly string[] {
  const selected = board.selected.get()
  return selected.has(card) ? planning.order.filter((id) => selected.has(id)) : [card]
}
