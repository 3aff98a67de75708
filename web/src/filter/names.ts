// What the choices of a filter are called.

import type { BoardSnapshot } from '../board/board-store.ts'
import { activeSprints, type Filter, NONE } from '../board/filter.ts'
import type { Translate } from '../i18n/index.ts'

export const KINDS = ['sprint', 'who', 'label', 'type', 'due'] as const
export type Kind = (typeof KINDS)[number]

/** What is chosen of one kind, as words; empty when nothing is. */
export function chosenNames(kind: Kind, filter: Filter, snapshot: BoardSnapshot, me: string, t: Translate): string[] {
  switch (kind) {
    case 'who':
      return filter.who.map((id) => personName(id, snapshot, me, t))
    case 'label':
      return filter.label.map((id) => (id === NONE ? t('filter.none.label') : (snapshot.labels.get(id)?.name ?? id)))
    case 'type':
      return filter.type.map((type) => t(`filter.type.${type}`))
    case 'due':
      return filter.due ? [t(`filter.due.${filter.due}`)] : []
    case 'sprint':
      return sprintNames(filter, snapshot, t)
    default:
      return kind satisfies never
  }
}

export function personName(id: string, snapshot: BoardSnapshot, me: string, t: Translate): string {
  if (id === NONE) return t('filter.none.who')
  return snapshot.members.get(id)?.name ?? (id === me ? t('filter.me') : id)
}

function sprintNames({ sprint }: Filter, snapshot: BoardSnapshot, t: Translate): string[] {
  if (sprint === 'all') return []
  if (sprint !== 'current') {
    const name = (id: string): string => snapshot.sprints.find((known) => known.id === id)?.name ?? id
    return sprint.map((id) => (id === NONE ? t('filter.none.sprint') : name(id)))
  }
  const active = activeSprints(snapshot)
  if (active.length === 0) return []
  const column = snapshot.columns.find((view) => view.column.category === 'backlog')?.column.name ?? ''
  return [t('filter.current', { sprint: active.map(({ name }) => name).join(', '), column })]
}

/** A filter without what is chosen of one kind. */
export function without(kind: Kind, filter: Filter): Filter {
  if (kind === 'sprint') return { ...filter, sprint: 'all' }
  return { ...filter, [kind]: kind === 'due' ? null : [] }
}
