// The whole burndown, over the small one.

import { Popup } from '../app/Popup.tsx'
import type { Place } from '../app/PopupButton.tsx'
import type { SprintData } from '../board/read.ts'
import { useT } from '../i18n/index.ts'
import { nameOf } from './actions.ts'
import { BurndownChart } from './chart/BurndownChart.tsx'
import { spanWords } from './figures/day-words.ts'
import { useLiveFigures } from './figures/use-sums.ts'
import { useBoardId } from './use-board-id.ts'
import { aheadWords, sumWords } from './words.ts'

export function BurndownPopup({ sprint, place }: { sprint: SprintData; place: Place }) {
  const t = useT()
  const { burndown, sums, known, unit } = useLiveFigures(useBoardId(), sprint)
  const ahead = aheadWords(burndown.ahead, unit)
  return (
    <Popup place={place} align="end" className="popover burndown-popup">
      <header>
        <h2>{t('burndown.title', { name: nameOf(sprint) })}</h2>
        <p className="quiet">{spanWords(sprint.start, sprint.end)}</p>
      </header>
      <p>
        <b>{ahead}</b> · {t('burndown.leftOf', { left: sumWords(sums.remaining), of: sumWords(sums.total) })}
      </p>
      <BurndownChart burndown={burndown} summary={ahead} />
      {known.record && (
        <dl className="burndown-sums">
          {(['committed', 'added', 'removed', 'done'] as const).map((fate) => (
            <div key={fate}>
              <dt>{t(`record.${fate}`)}</dt>
              <dd>{sumWords(known.record?.[fate] ?? sums.total)}</dd>
            </div>
          ))}
        </dl>
      )}
      {!known.record && known.hasFailed && <p className="quiet">{t('burndown.unknown')}</p>}
    </Popup>
  )
}
