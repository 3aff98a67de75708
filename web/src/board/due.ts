// Due dates in words: today, tomorrow and late say so, the rest is a date.

import { currentLanguage, t } from '../i18n/index.ts'

const DAY_MS = 86_400_000

export interface Due {
  readonly kind: 'late' | 'today' | 'later'
  readonly words: string
}

/** A date (`2026-11-24`) or an instant, in words; null when it is neither. */
export function dueWords(due: string, now: number): Due | null {
  const day = dayOf(due)
  if (day === null) return null
  const today = startOfDay(new Date(now))
  const days = Math.round((startOfDay(day) - today) / DAY_MS)
  if (days === 0) return { kind: 'today', words: t('card.today') }
  if (days === 1) return { kind: 'later', words: t('card.tomorrow') }
  if (days === -1) return { kind: 'late', words: t('card.yesterday') }
  const words = formatDay(day, now)
  return days < 0 ? { kind: 'late', words: `${words} ${t('card.late')}` } : { kind: 'later', words }
}

/** A moment as a date and time of this place. */
export function formatMoment(at: number): string {
  return new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'medium', timeStyle: 'short' }).format(at)
}

/** Within a week the name of the day says more than its number alone. */
const WEEK_DAYS = 7

function formatDay(day: Date, now: number): string {
  const isThisYear = day.getFullYear() === new Date(now).getFullYear()
  const isNear = Math.abs(day.getTime() - now) < WEEK_DAYS * DAY_MS
  const language = currentLanguage()
  const date = formatter(language, { ...(isThisYear ? {} : { year: 'numeric' }), ...MONTH_AND_DAY }).format(day)
  return isNear ? `${formatter(language, { weekday: 'short' }).format(day)} ${short(date)}` : short(date)
}

const MONTH_AND_DAY = { month: 'numeric', day: 'numeric' } as const

/** Korean dates have points and spaces (`11. 26.`); on a card a stroke is enough. */
function short(date: string): string {
  return date.replace(/\.\s*(?=\d)/g, '/').replace(/\.$/, '')
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Making one costs more than all it ever formats. */
function formatter(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options)
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(language, options)
  formatters.set(key, known)
  return known
}

/** A due date as the day it is on; null when it is none. */
export function dayOf(text: string): Date | null {
  // A date without a time belongs to no zone: it is that day wherever it is read.
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00`) : new Date(text)
  return Number.isNaN(date.getTime()) ? null : date
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}
