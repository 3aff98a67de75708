// Figures of sprints in words.

import { t } from '../i18n/index.ts'
import type { Fit, Sum, Unit } from './figures/sums.ts'

/** `8점`, or `5장` where nothing is estimated. */
export function amountWords(amount: number, unit: Unit): string {
  return unit === 'points' ? t('sprint.amount.points', { n: amount }) : t('sprint.amount.count', { n: amount })
}

/** `12장 · 31점`; without points when there are none. */
export function sumWords({ count, points }: Sum): string {
  const cards = t('sprint.amount.count', { n: count })
  return points > 0 ? `${cards} · ${t('sprint.amount.points', { n: points })}` : cards
}

/** Beside a chart: `2점 앞섬`. */
export function aheadShort(ahead: number, unit: Unit): string {
  if (ahead === 0) return t('sprint.onPlan')
  const amount = amountWords(Math.abs(ahead), unit)
  return ahead > 0 ? t('sprint.ahead', { amount }) : t('sprint.behind', { amount })
}

/** Standing alone: `계획보다 2점 앞섬`. */
export function aheadWords(ahead: number | null, unit: Unit): string {
  if (ahead === null) return t('sprint.noPlan')
  if (ahead === 0) return t('sprint.onPlan')
  const amount = amountWords(Math.abs(ahead), unit)
  return ahead > 0 ? t('sprint.aheadOfPlan', { amount }) : t('sprint.behindPlan', { amount })
}

export function spareWords({ spare }: Fit): string {
  const amount = t('sprint.amount.points', { n: Math.abs(spare) })
  return spare < 0 ? t('sprint.short', { amount }) : t('sprint.spare', { amount })
}
