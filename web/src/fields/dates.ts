// Dates as cards hold them: a day (`2026-11-26`) that belongs to no zone, or an instant.

const DAY = /^\d{4}-\d{2}-\d{2}$/
const TIME = /^\d{2}:\d{2}$/
const DAY_MS = 86_400_000
const MONDAY = 1

/** Days that are one click away. */
export type QuickDay = 'today' | 'tomorrow' | 'nextWeek'

export function quickDay(which: QuickDay, now: Date): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate())
  const toMonday = (MONDAY - day.getDay() + 7) % 7 || 7
  day.setDate(day.getDate() + { today: 0, tomorrow: 1, nextWeek: toMonday }[which])
  return dayText(day)
}

/** A day and a time of this place as a card holds them; null when the day is none. */
export function joinMoment(day: string, time: string | null): string | null {
  if (!DAY.test(day)) return null
  if (time === null || !TIME.test(time)) return day
  const at = new Date(`${day}T${time}:00`)
  return Number.isNaN(at.getTime()) ? null : at.toISOString().replace('.000Z', 'Z')
}

/** The day and the time that a card's date has here; null when it is no date. */
export function splitMoment(value: string): { day: string; time: string | null } | null {
  const at = dateOf(value)
  if (at === null) return null
  if (DAY.test(value)) return { day: value, time: null }
  return { day: dayText(at), time: `${two(at.getHours())}:${two(at.getMinutes())}` }
}

/** `11월 26일 (목) 18:00`: the year only where it is another one. */
export function momentWords(value: string, now: Date, language: string): string | null {
  const at = dateOf(value)
  if (at === null) return null
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const }
  const part = (options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat(language, options).format(at)
  const weekday = { weekday: 'short' as const }
  // With a year, browsers differ in how Korean names the weekday.
  const day =
    language === 'ko'
      ? `${part({ ...year, month: 'long', day: 'numeric' })} (${part(weekday)})`
      : part({ ...year, ...weekday, month: 'short', day: 'numeric' })
  return DAY.test(value) ? day : `${day} ${part({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}`
}

/** How many days a date is from today; negative is past. */
export function daysFrom(value: string, now: Date): number | null {
  const at = dateOf(value)
  if (at === null) return null
  const start = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())
  return Math.round((start(at) - start(now)) / DAY_MS)
}

function dateOf(value: string): Date | null {
  const at = new Date(DAY.test(value) ? `${value}T00:00:00` : value)
  return Number.isNaN(at.getTime()) ? null : at
}

function dayText(date: Date): string {
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
