// The backlog page as rows: heads of sections, their cards, and the place for a new one.

import type { SprintData } from '../../board/read.ts'
import { sectionKey } from './planning.tsx'

export interface Section {
  /** Null is the backlog. */
  readonly sprint: SprintData | null
  readonly cards: readonly string[]
  readonly isFolded: boolean
}

export type PlanRow =
  | { readonly kind: 'head'; readonly section: Section }
  | { readonly kind: 'card'; readonly section: Section; readonly card: string; readonly at: number }
  | { readonly kind: 'end'; readonly section: Section }

export function planRows(sections: readonly Section[]): PlanRow[] {
  return sections.flatMap((section): PlanRow[] => {
    const head = { kind: 'head', section } as const
    if (section.isFolded) return [head]
    return [
      head,
      ...section.cards.map((card, at) => ({ kind: 'card', section, card, at }) as const),
      { kind: 'end', section },
    ]
  })
}

export function rowKey(row: PlanRow): string {
  const key = sectionKey(row.section.sprint?.id ?? null)
  return row.kind === 'card' ? row.card : `${row.kind} ${key}`
}

/** Where a step up or down leads: within its section, or over into the next one that is open. */
export function stepOf(
  sections: readonly Section[],
  card: string,
  step: -1 | 1,
): { sprint: string | null; before: string | null } | null {
  const at = sections.findIndex(({ cards }) => cards.includes(card))
  const section = sections[at]
  if (!section) return null
  const index = section.cards.indexOf(card)
  const sprint = section.sprint?.id ?? null
  if (step < 0 && index > 0) return { sprint, before: section.cards[index - 1] ?? null }
  if (step > 0 && index < section.cards.length - 1) return { sprint, before: section.cards[index + 2] ?? null }
  const next = sections[at + step]
  if (!next) return null
  return { sprint: next.sprint?.id ?? null, before: step > 0 ? (next.cards[0] ?? null) : null }
}

/** Everything between two cards of the page, both included. */
export function between(order: readonly string[], from: string, to: string): readonly string[] {
  const [a, b] = [order.indexOf(from), order.indexOf(to)]
  return a < 0 || b < 0 ? [to] : order.slice(Math.min(a, b), Math.max(a, b) + 1)
}
