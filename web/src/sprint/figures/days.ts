// Days as `YYYY-MM-DD`, and working days: Monday to Friday. A day belongs to no zone; an instant is read in this one.

export const DAY_MS = 86_400_000
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
/** Nobody plans a sprint of years; a longer one is a slip of the keyboard and must not cost a second of counting. */
const DAYS_MAX = 1_000

const MONDAY = 1
const SATURDAY = 6
const WEEK_DAYS = 7
/** From a Monday to the Friday of the week after. */
const SPRINT_DAYS = 11

/** A day as a whole number, so that days can be counted; null when it is none. */
export function dayNumber(day: string | null): number | null {
  const match = day === null ? null : DATE.exec(day)
  if (!match) return null
  const [, year = '', month = '', date = ''] = match
  const at = Date.UTC(Number(year), Number(month) - 1, Number(date))
  // 02-31 would silently become 03-03.
  return dayText(at / DAY_MS) === day ? at / DAY_MS : null
}

export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** The day that an instant falls on here. */
export function dayOf(at: number): number {
  const date = new Date(at)
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS
}

/** How much of its day has passed, from 0 to 1. */
export function partOfDay(at: number): number {
  const date = new Date(at)
  return (date.getHours() * 60 + date.getMinutes()) / 1_440
}

export function isWorkingDay(day: number): boolean {
  const weekday = new Date(day * DAY_MS).getUTCDay()
  return weekday >= MONDAY && weekday < SATURDAY
}

/** The working days from one day to another, both included. */
export function workingDays(first: number, last: number): number[] {
  const days: number[] = []
  for (let day = first; day <= Math.min(last, first + DAYS_MAX); day += 1) if (isWorkingDay(day)) days.push(day)
  return days
}

/** How many working days a span has, and how many are left of it, today included. */
export interface DaysLeft {
  readonly left: number
  readonly of: number
}

/** Null when the span is not known or has no working day. */
export function daysLeft(start: string | null, end: string | null, now: number): DaysLeft | null {
  const [first, last] = [dayNumber(start), dayNumber(end)]
  if (first === null || last === null) return null
  const days = workingDays(first, last)
  const today = dayOf(now)
  return days.length === 0 ? null : { left: days.filter((day) => day >= today).length, of: days.length }
}

/** Two working weeks: from the Monday after a day to the Friday of the week after. */
export function defaultSpan(after: number): { start: string; end: string } {
  const weekday = new Date(after * DAY_MS).getUTCDay()
  const toMonday = (MONDAY - weekday + WEEK_DAYS) % WEEK_DAYS || WEEK_DAYS
  return { start: dayText(after + toMonday), end: dayText(after + toMonday + SPRINT_DAYS) }
}
