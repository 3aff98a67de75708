// Starting a sprint: what the team commits to. The server does it, once, whoever else asks at the same moment.

import { TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { useBoard, useSnapshot } from '../../board/board-context.tsx'
import type { SprintData } from '../../board/read.ts'
import { useT } from '../../i18n/index.ts'
import { nameOf, startSprint } from '../actions.ts'
import { spanWords } from '../figures/day-words.ts'
import { daysLeft } from '../figures/days.ts'
import { fitOf } from '../figures/sums.ts'
import { useSums } from '../figures/use-sums.ts'
import { spareWords, sumWords } from '../words.ts'
import { Frame } from './Frame.tsx'
import { openDialog } from './open.ts'

interface Props {
  readonly sprint: SprintData
  readonly onClose: () => void
}

export function StartDialog({ sprint, onClose }: Props) {
  const board = useBoard()
  const t = useT()
  const { sprints } = useSnapshot()
  const { total, unestimated } = useSums(sprint.id)
  const [isBusy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const fit = fitOf(sprint.capacity, total.points, null)
  const days = daysLeft(sprint.start, sprint.end, 0)
  const others = sprints.filter(({ id, state }) => state === 'active' && id !== sprint.id)
  const hasStarted = sprint.state !== 'planned'
  const submit = async (): Promise<void> => {
    setBusy(true)
    const why = await startSprint(board, sprint)
    setBusy(false)
    setRefusal(why)
    if (why === null) onClose()
  }
  return (
    <Frame
      title={t('sprint.startTitle', { name: nameOf(sprint) })}
      action={t('sprint.start')}
      isBusy={isBusy && !hasStarted}
      isDisabled={hasStarted || total.count === 0}
      refusal={refusal}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {hasStarted ? (
        <p role="status" className="sprint-note">
          {t('sprint.startedAlready')}
        </p>
      ) : (
        <>
          <dl className="sprint-overview">
            <div>
              <dt>{t('sprint.commitment')}</dt>
              <dd>{sumWords(total)}</dd>
            </div>
            <div>
              <dt>{t('sprint.dates')}</dt>
              <dd>
                {spanWords(sprint.start, sprint.end) || t('sprint.noDates')}
                {days && <span className="quiet"> · {t('sprint.workingDays', { n: days.of })}</span>}
              </dd>
            </div>
            <div>
              <dt>{t('sprint.goal')}</dt>
              <dd className={sprint.goal ? undefined : 'quiet'}>{sprint.goal || t('sprint.noGoal')}</dd>
            </div>
            {fit && (
              <div>
                <dt>{t('sprint.capacity')}</dt>
                <dd>
                  {t('sprint.amount.points', { n: fit.room })}{' '}
                  <span className={fit.spare < 0 ? 'fact-short' : 'quiet'}>· {spareWords(fit)}</span>
                </dd>
              </div>
            )}
          </dl>
          <ul className="sprint-warnings">
            {total.count === 0 && <Warning words={t('sprint.startEmpty')} />}
            {unestimated > 0 && total.points > 0 && <Warning words={t('sprint.unestimated', { n: unestimated })} />}
            {others.length > 0 && (
              <Warning words={t('sprint.alsoActive', { names: others.map((other) => nameOf(other)).join(', ') })} />
            )}
            {!days && <Warning words={t('sprint.startNoDates')} />}
          </ul>
          <button
            type="button"
            className="button sprint-edit-link"
            onClick={() => openDialog({ kind: 'edit', sprint: sprint.id })}
          >
            {t('sprint.editFirst')}
          </button>
        </>
      )}
    </Frame>
  )
}

function Warning({ words }: { words: string }) {
  return (
    <li>
      <TriangleAlert className="icon" aria-hidden="true" />
      {words}
    </li>
  )
}
