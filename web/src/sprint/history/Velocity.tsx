// What the team took on and what it finished, sprint by sprint, oldest on the left.

import { useRef } from 'react'
import type { SprintData } from '../../board/read.ts'
import { useT } from '../../i18n/index.ts'
import { nameOf } from '../actions.ts'
import { ChartTable } from '../chart/ChartTable.tsx'
import { Legend } from '../chart/Legend.tsx'
import { useWidth } from '../chart/use-width.ts'
import { axisMarks } from '../figures/burndown.ts'
import type { SprintRecord } from '../figures/record.ts'
import { amountWords } from '../words.ts'
import { averageOf, type VelocityBar, velocityOf } from './velocity.ts'

const HEIGHT = 180
const BOX = { left: 36, right: 8, top: 18, bottom: 24 }
const BAR_PX = 18
/** Longer names are cut under their bars; the table has them whole. */
const CHAR_PX = 10

interface Props {
  readonly sprints: readonly SprintData[]
  readonly records: ReadonlyMap<string, SprintRecord>
}

export function Velocity({ sprints, records }: Props) {
  const t = useT()
  const area = useRef<HTMLElement>(null)
  const width = useWidth(area)
  const { bars, unit } = velocityOf(sprints, records)
  const average = averageOf(bars)
  const summary = t('velocity.summary', { amount: amountWords(average, unit), count: bars.length })
  const marks = axisMarks(Math.max(1, ...bars.flatMap(({ committed, done }) => [committed, done])), 3)
  const highest = marks.at(-1) ?? 1
  const room = (width - BOX.left - BOX.right) / Math.max(bars.length, 4)
  const y = (value: number): number => BOX.top + (1 - value / highest) * (HEIGHT - BOX.top - BOX.bottom)
  const base = y(0)
  return (
    <section ref={area} className="velocity" hidden={bars.length === 0} aria-labelledby="velocity">
      <header>
        <h2 id="velocity">{t('velocity.title')}</h2>
        <p className="quiet">{summary}</p>
      </header>
      <figure className="chart">
        <Legend
          entries={[
            ['committed', t('record.committed')],
            ['done', t('record.done')],
          ]}
        />
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={summary}>
          {marks.map((mark) => (
            <g key={mark}>
              <path className="chart-grid" d={`M${BOX.left} ${y(mark)}H${width - BOX.right}`} />
              <text className="chart-mark" x={BOX.left - 6} y={y(mark) + 4} textAnchor="end">
                {mark}
              </text>
            </g>
          ))}
          {average > 0 && <path className="chart-ideal" d={`M${BOX.left} ${y(average)}H${width - BOX.right}`} />}
          {bars.map((bar, at) => {
            const middle = BOX.left + room * (at + 0.5)
            return (
              <g key={bar.sprint.id}>
                <title>{wordsOf(bar)}</title>
                <rect
                  className="chart-bar-committed"
                  x={middle - BAR_PX - 2}
                  y={y(bar.committed)}
                  width={BAR_PX}
                  height={base - y(bar.committed)}
                  rx="2"
                />
                <rect
                  className="chart-bar-done"
                  x={middle + 2}
                  y={y(bar.done)}
                  width={BAR_PX}
                  height={base - y(bar.done)}
                  rx="2"
                />
                <text
                  className="chart-mark chart-value"
                  x={middle + 2 + BAR_PX / 2}
                  y={y(bar.done) - 4}
                  textAnchor="middle"
                >
                  {bar.done}
                </text>
                <text className="chart-mark" x={middle} y={HEIGHT - 6} textAnchor="middle">
                  {clip(nameOf(bar.sprint), room / CHAR_PX)}
                </text>
              </g>
            )
          })}
        </svg>
        <ChartTable
          head={[t('sprint.label'), t('record.committed'), t('record.done')]}
          rows={bars.map(({ sprint, committed, done }) => ({
            key: sprint.id,
            name: nameOf(sprint),
            values: [committed, done],
          }))}
        />
      </figure>
    </section>
  )
  function wordsOf({ sprint, committed, done }: VelocityBar): string {
    return `${nameOf(sprint)}: ${t('record.committed')} ${amountWords(committed, unit)}, ${t('record.done')} ${amountWords(done, unit)}`
  }
}

function clip(name: string, most: number): string {
  const chars = Array.from(name)
  return chars.length > most ? `${chars.slice(0, Math.max(1, most - 1)).join('')}…` : name
}
