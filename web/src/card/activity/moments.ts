// When something happened, as short as it can be said: a time today, a day before that.

import { currentLanguage, type Translate } from '../../i18n/index.ts'

const JUST_NOW_MS = 60_000

export function momentAgo(at: number, now: number, t: Translate): string {
  if (now - at < JUST_NOW_MS) return t('activity.justNow')
  const language = currentLanguage()
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)
  const days = dayOf(now) - dayOf(at)
  if (days === 0) return time
  if (days === 1) return t('activity.yesterday', { time })
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  const year = isThisYear ? {} : { year: 'numeric' as const }
  const day = new Intl.DateTimeFormat(language, { ...year, month: 'short', day: 'numeric' }).format(at)
  return `${day} ${time}`
}

function dayOf(at: number): number {
  const date = new Date(at)
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000
}
