// Edits of sprints and of what is planned into them. Starting and completing one are commands to the server.

import { CardParts } from './card-parts.ts'
import { newPartId } from './ids.ts'
import { place } from './rank.ts'
import { clipTitle, clipWords } from './texts.ts'

/** What people say of a sprint. Days are `YYYY-MM-DD`, capacity is in points. */
export interface SprintFields {
  readonly name: string
  readonly goal: string
  readonly start: string | null
  readonly end: string | null
  readonly capacity: number | null
}

export class SprintEdits extends CardParts {
  addSprint({ name, goal, ...others }: SprintFields): string {
    const id = newPartId()
    const fields = { name: clipTitle(name), goal: clipWords(goal), ...others, created: this.stamp() }
    this.edit(() => this.newPart(this.root('sprints'), id, fields))
    return id
  }

  /** Changes what is named and differs. */
  setSprint(id: string, change: Partial<SprintFields>): void {
    const sprint = this.part('sprints', id)
    const now = this.store.snapshot().sprints.find((known) => known.id === id)
    this.edit(() => {
      for (const [field, value] of Object.entries(change)) {
        if (now && now[field as keyof SprintFields] !== value) this.set(sprint, field, clipField(field, value))
      }
    })
  }

  /** Hides a sprint; what was planned into it shows in the backlog. */
  deleteSprint(id: string): void {
    this.edit(() => this.mark(this.part('sprints', id)))
  }

  restoreSprint(id: string): void {
    this.edit(() => this.part('sprints', id)?.delete('deleted'))
  }

  /** Plans cards into a sprint (null: the backlog), before another card there or last. */
  plan(ids: readonly string[], sprint: string | null, before: string | null): void {
    const order = this.store.planned(sprint).filter((id) => !ids.includes(id))
    const ranks = order.map((id) => this.store.planningRank(id))
    const found = before === null ? -1 : order.indexOf(before)
    let at = found < 0 ? order.length : found
    this.edit(() => {
      for (const id of ids) {
        const placement = place(ranks, at)
        for (const [index, rank] of placement.rekeyed) {
          ranks[index] = rank
          this.#setPlan(order[index] ?? '', sprint, rank)
        }
        this.#setPlan(id, sprint, placement.rank)
        order.splice(at, 0, id)
        ranks.splice(at, 0, placement.rank)
        at += 1
      }
    })
  }

  /** Behind everything that is planned there. */
  protected lastPlanRank(sprint: string | null): string {
    const ranks = this.store.planned(sprint).map((id) => this.store.planningRank(id))
    return place(ranks, ranks.length).rank
  }

  #setPlan(card: string, sprint: string | null, rank: string): void {
    this.set(this.card(card), 'plan', { sprint, rank })
  }
}

function clipField(field: string, value: unknown): unknown {
  if (typeof value !== 'string') return value
  return field === 'name' ? clipTitle(value) : clipWords(value)
}
