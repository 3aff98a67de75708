// The burndown, small: what is left, the plan and the scope, without axes.

import { type Burndown, linePath, stepPath } from '../figures/burndown.ts'

const PAD = 3

interface Props {
  readonly burndown: Burndown
  readonly width: number
  readonly height: number
  readonly label: string
}

export function Sparkline({ burndown, width, height, label }: Props) {
  const { days, top, remaining, scope, ideal } = burndown
  const x = (at: number): number => PAD + (at / Math.max(days.length, 1)) * (width - 2 * PAD)
  const y = (value: number): number => height - PAD + 1 - (value / top) * (height - 2 * PAD)
  const last = remaining.at(-1)
  const lastScope = scope.at(-1)
  const toEnd = lastScope ? [...scope, { x: days.length, y: lastScope.y }] : scope
  return (
    <svg
      className="spark"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <path className="chart-base" d={`M${PAD} ${height - PAD + 1}H${width - PAD}`} />
      <path className="chart-scope" d={stepPath(toEnd, x, y)} />
      <path className="chart-ideal" d={linePath(ideal, x, y)} />
      <path className="chart-left" d={stepPath(remaining, x, y)} />
      {last && <circle className="chart-now" cx={x(last.x)} cy={y(last.y)} r="2.75" />}
    </svg>
  )
}
