// The burndown with axes. A day is picked with the pointer, or with arrows on a slider that lies over the chart: so
// the same figures are there for eyes, keys and screen readers.

import { useRef, useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { axisMarks, type Burndown, type DayRow, linePath, stepPath } from '../figures/burndown.ts'
import { dayMark, dayWords } from '../figures/day-words.ts'
import { amountWords } from '../words.ts'
import { ChartTable } from './ChartTable.tsx'
import { Legend } from './Legend.tsx'
import { useWidth } from './use-width.ts'
import './chart.css'

const HEIGHT = 220
const BOX = { left: 36, right: 8, top: 10, bottom: 24 }
/** Labels of days need about this much room each. */
const MARK_PX = 46

export function BurndownChart({ burndown, summary }: { burndown: Burndown; summary: string }) {
  const t = useT()
  const [picked, pick] = useState<number | null>(null)
  const area = useRef<HTMLDivElement>(null)
  const width = useWidth(area)
  const { days, top, remaining, scope, ideal, rows, unit } = burndown
  const marks = axisMarks(top)
  const highest = marks.at(-1) ?? 1
  const inner = { width: width - BOX.left - BOX.right, height: HEIGHT - BOX.top - BOX.bottom }
  const x = (at: number): number => BOX.left + (at / Math.max(days.length, 1)) * inner.width
  const y = (value: number): number => BOX.top + (1 - value / highest) * inner.height
  const every = Math.ceil(days.length / (inner.width / MARK_PX))
  const last = remaining.at(-1)
  const lastScope = scope.at(-1)
  const row = picked === null ? null : rows[picked]
  const say = (of: DayRow): string =>
    [
      dayWords(of.day),
      of.remaining !== null && `${t('burndown.left')} ${amountWords(of.remaining, unit)}`,
      of.ideal !== null && `${t('burndown.ideal')} ${amountWords(of.ideal, unit)}`,
      of.scope !== null && `${t('burndown.scope')} ${amountWords(of.scope, unit)}`,
    ]
      .filter(Boolean)
      .join(', ')
  return (
    <figure className="chart">
      <Legend
        entries={[
          ['left', t('burndown.left')],
          ...(ideal.length > 0 ? ([['ideal', t('burndown.ideal')]] as const) : []),
          ['scope', t('burndown.scope')],
        ]}
      />
      <div
        ref={area}
        className="chart-area"
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect()
          const at = (((event.clientX - box.x) / box.width) * width - BOX.left) / inner.width
          pick(Math.min(days.length - 1, Math.max(0, Math.floor(at * days.length))))
        }}
        onPointerLeave={() => pick(null)}
      >
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={summary}>
          {marks.map((mark) => (
            <g key={mark}>
              <path className="chart-grid" d={`M${BOX.left} ${y(mark)}H${width - BOX.right}`} />
              <text className="chart-mark" x={BOX.left - 6} y={y(mark) + 4} textAnchor="end">
                {mark}
              </text>
            </g>
          ))}
          {days.map((day, at) =>
            at % every === 0 ? (
              <text key={day} className="chart-mark" x={x(at + 0.5)} y={HEIGHT - 6} textAnchor="middle">
                {dayMark(day)}
              </text>
            ) : null,
          )}
          {picked !== null && (
            <rect className="chart-picked" x={x(picked)} y={BOX.top} width={x(1) - x(0)} height={inner.height} />
          )}
          {lastScope && last && (
            <path className="chart-scope" d={stepPath([...scope, { x: last.x, y: lastScope.y }], x, y)} />
          )}
          <path className="chart-ideal" d={linePath(ideal, x, y)} />
          <path className="chart-left" d={stepPath(remaining, x, y)} />
          {last && <circle className="chart-now" cx={x(last.x)} cy={y(last.y)} r="4" />}
        </svg>
        {days.length > 0 && (
          <input
            type="range"
            className="chart-slider"
            aria-label={t('burndown.day')}
            aria-valuetext={say(
              rows[
                picked ??
                  Math.max(
                    0,
                    rows.findLastIndex((one) => one.remaining !== null),
                  )
              ] ?? EMPTY,
            )}
            min={0}
            max={days.length - 1}
            value={
              picked ??
              Math.max(
                0,
                rows.findLastIndex((one) => one.remaining !== null),
              )
            }
            onChange={(event) => pick(Number(event.target.value))}
            onFocus={(event) => event.target.matches(':focus-visible') && pick(Number(event.target.value))}
            onBlur={() => pick(null)}
          />
        )}
        {row && picked !== null && (
          <div
            className="chart-tip"
            data-side={picked > days.length / 2 ? 'left' : 'right'}
            style={{ insetInlineStart: `${(x(picked + 0.5) / width) * 100}%` }}
            aria-hidden="true"
          >
            <b>{dayWords(row.day)}</b>
            {row.remaining !== null && <TipLine name={t('burndown.left')} value={amountWords(row.remaining, unit)} />}
            {row.ideal !== null && <TipLine name={t('burndown.ideal')} value={amountWords(row.ideal, unit)} />}
            {row.scope !== null && <TipLine name={t('burndown.scope')} value={amountWords(row.scope, unit)} />}
          </div>
        )}
      </div>
      <ChartTable
        head={[t('burndown.day'), t('burndown.left'), t('burndown.ideal'), t('burndown.scope')]}
        rows={rows.map(({ day, remaining, ideal, scope }) => ({
          key: day,
          name: dayWords(day),
          values: [remaining, ideal, scope],
        }))}
      />
    </figure>
  )
}

const EMPTY: DayRow = { day: 0, remaining: null, scope: null, ideal: null }

function TipLine({ name, value }: { name: string; value: string }) {
  return (
    <span>
      {name} <em>{value}</em>
    </span>
  )
}
