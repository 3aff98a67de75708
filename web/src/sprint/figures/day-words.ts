// Days and spans of days in words.

import { currentLanguage } from '../../i18n/index.ts'
import { DAY_MS, dayNumber } from './days.ts'

/** `11월 16일 – 27일`, or whatever is known of it; empty when nothing is. */
export function spanWords(start: string | null, end: string | null): string {
  const [first, last] = [dayNumber(start), dayNumber(end)]
  if (first === null && last === null) return ''
  const year = new Date().getFullYear()
  const isOtherYear = [first, last].some((day) => day !== null && new Date(day * DAY_MS).getUTCFullYear() !== year)
  const format = new Intl.DateTimeFormat(currentLanguage(), {
    ...(isOtherYear ? { year: 'numeric' } : {}),
    month: currentLanguage() === 'ko' ? 'long' : 'short',
    day: 'numeric',
    timeZone: 'UTC',
  })
  if (first === null || last === null) return format.format((first ?? last ?? 0) * DAY_MS)
  if (last < first) return `${format.format(first * DAY_MS)} – ${format.format(last * DAY_MS)}`
  // Korean puts a tilde; a dash reads the same and is what the rest of the app says.
  return format.formatRange(first * DAY_MS, last * DAY_MS).replace(/\s*~\s*/, ' – ')
}

/** One day in words: `11. 24. (화)`. */
export function dayWords(day: number): string {
  const format = new Intl.DateTimeFormat(currentLanguage(), {
    month: 'numeric',
    day: 'numeric',
    weekday: 'short',
    timeZone: 'UTC',
  })
  return format.format(day * DAY_MS)
}

/** The shortest form for an axis: `11/24`. */
export function dayMark(day: number): string {
  const date = new Date(day * DAY_MS)
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}`
}
