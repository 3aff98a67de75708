// The sprints under way: how much is done, and how long is left.

import { Link } from 'wouter'
import { boardPath } from '../app/routes.ts'
import { dayOf } from '../board/due.ts'
import { useT } from '../i18n/index.ts'
import type { RunningSprint } from './home-data.ts'

const DAY_MS = 86_400_000

export function Sprints({ sprints }: { sprints: readonly RunningSprint[] }) {
  return (
    <ul className="home-sprints">
      {sprints.map((sprint) => (
        <li key={`${sprint.board} ${sprint.sprint}`}>
          <SprintLine sprint={sprint} />
        </li>
      ))}
    </ul>
  )
}

function SprintLine({ sprint }: { sprint: RunningSprint }) {
  const t = useT()
  const { remaining, total } = sprint
  // A team that does not estimate sees cards.
  const hasPoints = total.points > 0
  const all = hasPoints ? total.points : total.count
  const done = all - (hasPoints ? remaining.points : remaining.count)
  const words = t(hasPoints ? 'home.pointsDone' : 'home.cardsDone', { done, of: all })
  const left = daysLeft(sprint.end)
  return (
    <Link href={boardPath(sprint.board)} className="home-sprint">
      <span className="home-sprint-name cut">{sprint.name}</span>
      <span className="quiet cut">{sprint.boardName}</span>
      {sprint.goal && <span className="home-goal">{sprint.goal}</span>}
      <progress max={Math.max(all, 1)} value={done} aria-label={words} />
      <span className="quiet">
        {words}
        {left !== null && ` · ${left < 0 ? t('home.overdue', { days: -left }) : t('home.daysLeft', { days: left })}`}
      </span>
    </Link>
  )
}

/** Days until the last one, which is 0 on the day itself. */
function daysLeft(end: string | null): number | null {
  const day = end === null ? null : dayOf(end)
  if (day === null) return null
  const now = new Date()
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime()
  return Math.round((day.getTime() - today) / DAY_MS)
}
