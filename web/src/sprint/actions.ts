// What people do to sprints, by whatever way: edits, commands to the server, what screen readers hear, the way back.

import { announce, toast } from '../app/announce.tsx'
import { titleOf } from '../board/actions.ts'
import type { BoardModel } from '../board/board-context.tsx'
import type { SprintData } from '../board/read.ts'
import { t } from '../i18n/index.ts'

export function sprintOf(board: BoardModel, id: string | null): SprintData | null {
  return board.store.snapshot().sprints.find((sprint) => sprint.id === id) ?? null
}

export function nameOf(sprint: SprintData | null): string {
  return sprint ? sprint.name || t('sprint.unnamed') : t('sprint.inBacklog')
}

/** Whether cards can be planned into it: what is over stays as it was. */
export function isOpen(sprint: SprintData): boolean {
  return sprint.state !== 'closed'
}

/** Plans cards and tells screen readers where they went. */
export function planCards(
  board: BoardModel,
  ids: readonly string[],
  sprint: string | null,
  before: string | null,
): void {
  const [first] = ids
  if (first === undefined) return
  board.edits.plan(ids, sprint, before)
  const order = board.store.planned(sprint)
  const name = nameOf(sprintOf(board, sprint))
  const title = titleOf(board, first)
  const count = ids.length
  announce(
    count === 1
      ? t('sprint.planned.one', { title, name, at: order.indexOf(first) + 1, of: order.length })
      : t('sprint.planned.many', { count, name }),
  )
}

export function deleteSprint(board: BoardModel, sprint: SprintData): void {
  const text = t('sprint.deleted', { name: nameOf(sprint) })
  board.edits.deleteSprint(sprint.id)
  announce(text)
  toast(text, () => board.edits.restoreSprint(sprint.id))
}

/** Why a command was not done, in words; null when it was. */
export async function startSprint(board: BoardModel, sprint: SprintData): Promise<string | null> {
  const outcome = await board.session.command({ do: 'start_sprint', sprint: sprint.id })
  if (!outcome.ok) return refusalOf(outcome)
  announce(t('sprint.started', { name: nameOf(sprint) }))
  return null
}

export async function completeSprint(board: BoardModel, sprint: SprintData, to: string | null): Promise<string | null> {
  const outcome = await board.session.command({ do: 'complete_sprint', sprint: sprint.id, carry_to: to })
  if (!outcome.ok) return refusalOf(outcome)
  const text = t('sprint.completed', { name: nameOf(sprint) })
  announce(text)
  toast(text)
  return null
}

function refusalOf({ code, detail }: { readonly code: string; readonly detail: string }): string {
  return code === 'offline' ? t('sprint.offline') : t('sprint.refused', { detail: detail || code })
}
