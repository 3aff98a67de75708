// Sprints that are over, as they were: figures come from their frozen records alone, never from the cards of today.

import { ChartNoAxesColumn, ChevronRight } from 'lucide-react'
import { useMemo } from 'react'
import { Link } from 'wouter'
import { useSnapshot } from '../board/board-context.tsx'
import type { SprintData } from '../board/read.ts'
import { useT } from '../i18n/index.ts'
import { nameOf } from './actions.ts'
import { spanWords } from './figures/day-words.ts'
import type { SprintRecord } from './figures/record.ts'
import { useClosedRecords } from './figures/record-store.ts'
import { SprintReport } from './history/SprintReport.tsx'
import { Velocity } from './history/Velocity.tsx'
import { useBoardId } from './use-board-id.ts'
import { sumWords } from './words.ts'
import './chart/chart.css'
import './header/header.css'
import './history/history.css'

export function HistoryPage({ sprint }: { sprint: string | null }) {
  const t = useT()
  const board = useBoardId()
  const { sprints } = useSnapshot()
  const closed = useMemo(() => sprints.filter(({ state }) => state === 'closed'), [sprints])
  const shown = closed.find(({ id }) => id === sprint)
  return (
    <main id="board" className="view history" aria-label={t('history.title')} tabIndex={-1}>
      {sprint === null ? (
        <All board={board} sprints={closed} />
      ) : shown ? (
        <SprintReport key={shown.id} board={board} sprint={shown} />
      ) : (
        <p className="history-none">
          {t('history.unknown')} <Link href={`/b/${board}/sprints`}>{t('history.all')}</Link>
        </p>
      )}
    </main>
  )
}

function All({ board, sprints }: { board: string; sprints: readonly SprintData[] }) {
  const t = useT()
  const records = useClosedRecords(board, sprints)
  if (sprints.length === 0) {
    return (
      <div className="history-none">
        <ChartNoAxesColumn className="icon" aria-hidden="true" />
        <h2>{t('history.empty')}</h2>
        <p>{t('history.emptyDetail')}</p>
        <Link className="button button-edge" href={`/b/${board}/backlog`}>
          {t('sprint.toBacklog')}
        </Link>
      </div>
    )
  }
  return (
    <>
      <Velocity sprints={sprints} records={records} />
      <h2 className="history-head">{t('history.title')}</h2>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without markers */}
      <ul role="list" className="history-list">
        {sprints.map((sprint) => (
          <li key={sprint.id}>
            <Link href={`/b/${board}/sprints/${sprint.id}`}>
              <span className="history-name">
                <b className="cut">{nameOf(sprint)}</b>
                <small>{spanWords(sprint.start, sprint.end)}</small>
                {sprint.goal && <span className="cut history-goal">{sprint.goal}</span>}
              </span>
              <Figures record={records.get(sprint.id) ?? null} />
              <ChevronRight className="icon" aria-hidden="true" />
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}

const SHOWN = ['committed', 'added', 'removed', 'done', 'carried'] as const

function Figures({ record }: { record: SprintRecord | null }) {
  const t = useT()
  return (
    <dl className="history-figures">
      {SHOWN.map((fate) => (
        <div key={fate} data-fate={fate}>
          <dt>{t(`record.${fate}`)}</dt>
          <dd>{record ? sumWords(record[fate]) : '…'}</dd>
        </div>
      ))}
    </dl>
  )
}
