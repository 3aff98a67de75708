// The burndown as numbers: time as working days, what was left, what there was in all, and what the plan says.
//
// The plan is a straight line over the working days, of the scope as it is at each moment: at half the days half of the
// scope should be left. So work that is added lifts the plan by what its remaining days can bear, and no more.

import { dayNumber, dayOf, isWorkingDay, partOfDay, workingDays } from './days.ts'
import type { BurnPoint, SprintRecord } from './record.ts'
import { type Sum, tidy, type Unit } from './sums.ts'

/** A point over working days since the start. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** What one day ended with. */
export interface DayRow {
  readonly day: number
  readonly remaining: number | null
  readonly scope: number | null
  readonly ideal: number | null
}

export interface Burndown {
  readonly unit: Unit
  /** The working days on the axis; more than planned when the sprint runs over. */
  readonly days: readonly number[]
  /** Where the plan ends; null without dates. */
  readonly plannedDays: number | null
  readonly remaining: readonly Point[]
  readonly scope: readonly Point[]
  readonly ideal: readonly Point[]
  readonly rows: readonly DayRow[]
  readonly top: number
  /** How far ahead of the plan; negative: behind. */
  readonly ahead: number | null
}

export interface Span {
  readonly start: string | null
  readonly end: string | null
}

export interface Now {
  readonly at: number
  readonly remaining: Sum
  readonly scope: Sum
}

/** `now` is null for a sprint that is over: then the record alone counts. */
export function burndownOf(record: SprintRecord | null, span: Span, now: Now | null, unit: Unit): Burndown {
  const steps = stepsOf(record, now)
  const first = dayNumber(span.start) ?? dayOf(steps[0]?.at ?? now?.at ?? 0)
  const last = dayNumber(span.end)
  const planned = last === null ? [] : workingDays(first, last)
  const until = dayOf(now?.at ?? record?.completedAt ?? steps.at(-1)?.at ?? 0)
  const days = workingDays(first, Math.max(last ?? first, until))
  const plannedDays = planned.length > 0 ? planned.length : null
  const x = (at: number): number => positionOf(at, first, days)
  const remaining = steps.map((step) => ({ x: x(step.at), y: step.remaining[unit] }))
  const scope = steps.map((step) => ({ x: x(step.at), y: step.scope[unit] }))
  const plan = (scopeThen: number, at: number): number =>
    plannedDays === null ? 0 : scopeThen * Math.max(0, 1 - at / plannedDays)
  const rows = rowsOf(days, steps, now === null ? null : dayOf(now.at), unit, plannedDays, plan)
  return {
    unit,
    days,
    plannedDays,
    remaining,
    scope,
    ideal: plannedDays === null ? [] : idealOf(scope, plannedDays, plan),
    rows,
    top: Math.max(1, ...scope.map(({ y }) => y), ...remaining.map(({ y }) => y)),
    ahead: aheadOf(steps.at(-1), planned, now?.at ?? record?.completedAt ?? null, unit),
  }
}

function stepsOf(record: SprintRecord | null, now: Now | null): readonly BurnPoint[] {
  const known = record?.burndown ?? []
  if (!now) return known
  // Before the record is there, the sprint is known as it is now.
  const start = known.length === 0 && record?.startedAt ? [{ ...now, remaining: now.scope, at: record.startedAt }] : []
  return [...start, ...known.filter(({ at }) => at <= now.at), now]
}

/** Working days since the start: nights and weekends take no room beyond their share of a working day. */
function positionOf(at: number, first: number, days: readonly number[]): number {
  const day = dayOf(at)
  if (day < first) return 0
  const before = days.filter((working) => working < day).length
  return Math.min(days.length, before + (isWorkingDay(day) ? partOfDay(at) : 0))
}

/** Straight between changes of the scope, with a step at each. */
function idealOf(scope: readonly Point[], plannedDays: number, plan: (scope: number, x: number) => number): Point[] {
  const ideal: Point[] = []
  let current = scope[0]?.y ?? 0
  ideal.push({ x: 0, y: current })
  for (const { x, y } of scope) {
    if (y === current || x >= plannedDays) continue
    ideal.push({ x, y: plan(current, x) }, { x, y: plan(y, x) })
    current = y
  }
  return [...ideal, { x: plannedDays, y: 0 }]
}

function rowsOf(
  days: readonly number[],
  steps: readonly BurnPoint[],
  today: number | null,
  unit: Unit,
  plannedDays: number | null,
  plan: (scope: number, x: number) => number,
): DayRow[] {
  let scopeThen = steps[0]?.scope[unit] ?? 0
  return days.map((day, index) => {
    const last = steps.findLast((step) => dayOf(step.at) <= day)
    const hasCome = last !== undefined && (today === null || day <= today)
    if (hasCome) scopeThen = last.scope[unit]
    return {
      day,
      remaining: hasCome ? tidy(last.remaining[unit]) : null,
      scope: hasCome ? tidy(last.scope[unit]) : null,
      ideal: plannedDays === null ? null : Math.round(plan(scopeThen, index + 1) * 10) / 10,
    }
  })
}

/** Today's work may still come: it is compared with where the plan stands at the start of the day. */
function aheadOf(
  last: BurnPoint | undefined,
  planned: readonly number[],
  at: number | null,
  unit: Unit,
): number | null {
  if (!last || at === null || planned.length === 0) return null
  const left = planned.filter((day) => day >= dayOf(at)).length
  return Math.round((last.scope[unit] * left) / planned.length - last.remaining[unit])
}

/** A line of steps as an SVG path: a value holds until the next one. */
export function stepPath(points: readonly Point[], toX: (x: number) => number, toY: (y: number) => number): string {
  const number = (value: number): string => String(Math.round(value * 10) / 10)
  return points
    .map(({ x, y }, index) => {
      if (index === 0) return `M${number(toX(x))} ${number(toY(y))}`
      return `H${number(toX(x))}V${number(toY(y))}`
    })
    .join('')
}

/** A line from point to point as an SVG path. */
export function linePath(points: readonly Point[], toX: (x: number) => number, toY: (y: number) => number): string {
  const number = (value: number): string => String(Math.round(value * 10) / 10)
  return points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${number(toX(x))} ${number(toY(y))}`).join('')
}

/** Round marks for a value axis, from 0 to at least `top`. */
export function axisMarks(top: number, wanted = 4): number[] {
  const rough = top / wanted
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? 1
  return Array.from({ length: Math.ceil(top / step) + 1 }, (_, at) => at * step)
}
