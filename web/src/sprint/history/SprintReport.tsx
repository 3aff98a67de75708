// One sprint that is over: its goal, its burndown, and what became of each of its cards.

import { ArrowLeft, Check, Target } from 'lucide-react'
import { useMemo } from 'react'
import { Link } from 'wouter'
import { useBoard, useSnapshot } from '../../board/board-context.tsx'
import type { SprintData } from '../../board/read.ts'
import { useT } from '../../i18n/index.ts'
import { nameOf, sprintOf } from '../actions.ts'
import { BurndownChart } from '../chart/BurndownChart.tsx'
import { burndownOf } from '../figures/burndown.ts'
import { spanWords } from '../figures/day-words.ts'
import { FATES, type RecordCard, type SprintRecord } from '../figures/record.ts'
import { useClosedRecord } from '../figures/record-store.ts'
import { plus, unitOf } from '../figures/sums.ts'
import { amountWords, sumWords } from '../words.ts'

export function SprintReport({ board, sprint }: { board: string; sprint: SprintData }) {
  const t = useT()
  const model = useBoard()
  const { record, hasFailed } = useClosedRecord(board, sprint.id, sprint.completedAt)
  const carriedTo = sprintOf(model, sprint.carriedTo)
  return (
    <article className="report" aria-labelledby="report">
      <Link href={`/b/${board}/sprints`} className="button report-back">
        <ArrowLeft className="icon" aria-hidden="true" />
        {t('history.all')}
      </Link>
      <header>
        <h2 id="report">{nameOf(sprint)}</h2>
        <small>{spanWords(sprint.start, sprint.end)}</small>
      </header>
      {sprint.goal && (
        <p className="report-goal">
          <Target className="icon" aria-hidden="true" />
          {sprint.goal}
        </p>
      )}
      {record ? (
        <>
          <dl className="report-figures">
            {FATES.map((fate) => (
              <div key={fate}>
                <dt>{t(`record.${fate}`)}</dt>
                <dd>{sumWords(record[fate])}</dd>
                {fate === 'carried' && record.carried.count > 0 && (
                  <dd className="quiet">→ {carriedTo ? nameOf(carriedTo) : t('sprint.inBacklog')}</dd>
                )}
              </div>
            ))}
            {record.reestimated !== 0 && (
              <div>
                <dt>{t('record.reestimated')}</dt>
                <dd>
                  {record.reestimated > 0 && '+'}
                  {amountWords(record.reestimated, 'points')}
                </dd>
              </div>
            )}
          </dl>
          <Chart sprint={sprint} record={record} />
          <Cards record={record} />
        </>
      ) : (
        <p className="quiet" role="status">
          {t(hasFailed ? 'history.failed' : 'history.loading')}
        </p>
      )}
    </article>
  )
}

function Chart({ sprint, record }: { sprint: SprintData; record: SprintRecord }) {
  const t = useT()
  const burndown = useMemo(
    () =>
      burndownOf(record, { start: sprint.start, end: sprint.end }, null, unitOf(plus(record.committed, record.added))),
    [record, sprint.start, sprint.end],
  )
  const left = burndown.remaining.at(-1)?.y ?? 0
  return (
    <section aria-labelledby="report-chart">
      <h3 id="report-chart">{t('burndown.label')}</h3>
      <BurndownChart
        burndown={burndown}
        summary={t('history.leftAtEnd', { amount: amountWords(left, burndown.unit) })}
      />
    </section>
  )
}

function Cards({ record }: { record: SprintRecord }) {
  const t = useT()
  const board = useBoard()
  const { key } = useSnapshot()
  const number = (card: RecordCard): string =>
    card.number === null ? '' : key ? `${key}-${card.number}` : `#${card.number}`
  return (
    <section aria-labelledby="report-cards">
      <h3 id="report-cards">{t('history.cards', { n: record.cards.length })}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
      {/* biome-ignore lint/a11y/useSemanticElements: it is a part of the section around it */}
      <div className="report-scroll" tabIndex={0} role="region" aria-labelledby="report-cards">
        <table className="report-cards">
          <thead>
            <tr>
              <th scope="col">{t('list.number')}</th>
              <th scope="col">{t('list.title')}</th>
              <th scope="col">{t('list.points')}</th>
              {FATES.map((fate) => (
                <th key={fate} scope="col">
                  {t(`record.${fate}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {record.cards.map((card) => (
              <tr key={card.card}>
                <td className="quiet">{number(card)}</td>
                <th scope="row">
                  {board.store.card(card.card) ? (
                    <button type="button" onClick={() => board.openCard(card.card)}>
                      {card.title || t('card.untitled')}
                    </button>
                  ) : (
                    card.title || t('card.untitled')
                  )}
                </th>
                <td>{card.points ?? '–'}</td>
                {FATES.map((fate) => (
                  <td key={fate} className="report-fate">
                    {card[fate] ? (
                      <Check className="icon" role="img" aria-label={t('history.yes')} />
                    ) : (
                      <span className="visually-hidden">{t('history.no')}</span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
