// The sprint over the board: what it is for, how much time and work is left, and whether that fits.

import { ChevronDown, ChevronsUpDown, ChevronUp, Ellipsis, Play, Plus, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { PopupButton } from '../app/PopupButton.tsx'
import { recall, remember } from '../app/stored.ts'
import { PHONE, useMedia } from '../app/use-media.ts'
import { useBoard, useSnapshot } from '../board/board-context.tsx'
import type { SprintData } from '../board/read.ts'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import { nameOf } from './actions.ts'
import { BurndownPopup } from './BurndownPopup.tsx'
import { Sparkline } from './chart/Sparkline.tsx'
import { openDialog } from './dialog/open.ts'
import { SprintDialogs } from './dialog/SprintDialogs.tsx'
import { spanWords } from './figures/day-words.ts'
import { type LiveFigures, useLiveFigures } from './figures/use-sums.ts'
import { GoalField } from './header/GoalField.tsx'
import { SprintMenu, SprintSwitch } from './header/SprintMenu.tsx'
import { useBoardId } from './use-board-id.ts'
import { aheadShort, aheadWords, amountWords, spareWords, sumWords } from './words.ts'
import './chart/chart.css'
import './header/header.css'

const STORED = 'calit.sprint.'

export function SprintHeader() {
  const { sprints } = useSnapshot()
  const board = useBoardId()
  const [chosen, choose] = useState(() => recall(STORED + board))
  const active = sprints.filter(({ state }) => state === 'active')
  const sprint = active.find(({ id }) => id === chosen) ?? active[0]
  const others = active.filter(({ id }) => id !== sprint?.id)
  const onChoose = (id: string): void => {
    remember(STORED + board, id)
    choose(id)
  }
  return (
    <>
      {sprint ? <ActiveSprint key={sprint.id} sprint={sprint} others={others} onChoose={onChoose} /> : <NoSprint />}
      <SprintDialogs />
    </>
  )
}

/** Nothing is under way: what could be next. */
function NoSprint() {
  const t = useT()
  const board = useBoard()
  const { sprints } = useSnapshot()
  const canEdit = useSignal(board.canEdit, (can) => can)
  const next = sprints.find(({ state }) => state === 'planned')
  return (
    <section className="sprint sprint-none" aria-label={t('sprint.label')}>
      <p className="cut quiet">{next ? t('sprint.next', { name: nameOf(next) }) : t('sprint.none')}</p>
      {canEdit && (
        <button
          type="button"
          className="button"
          onClick={() => openDialog(next ? { kind: 'start', sprint: next.id } : { kind: 'create' })}
        >
          {next ? <Play className="icon" aria-hidden="true" /> : <Plus className="icon" aria-hidden="true" />}
          {t(next ? 'sprint.start' : 'sprint.create')}
        </button>
      )}
    </section>
  )
}

interface Props {
  readonly sprint: SprintData
  readonly others: readonly SprintData[]
  readonly onChoose: (id: string) => void
}

function ActiveSprint({ sprint, others, onChoose }: Props) {
  const t = useT()
  const figures = useLiveFigures(useBoardId(), sprint)
  const isPhone = useMedia(PHONE)
  const [isUnfolded, unfold] = useState(false)
  const isFolded = isPhone && !isUnfolded
  return (
    <section className="sprint" aria-label={t('sprint.label')} data-folded={isFolded || undefined}>
      {isPhone && (
        <Summary sprint={sprint} figures={figures} isUnfolded={isUnfolded} onToggle={() => unfold(!isUnfolded)} />
      )}
      {!isFolded && (
        <>
          <div className="sprint-what">
            <div className="sprint-title">
              {!isPhone && <h2 className="cut">{nameOf(sprint)}</h2>}
              <small>{spanWords(sprint.start, sprint.end)}</small>
              <SprintButtons sprint={sprint} others={others} onChoose={onChoose} />
            </div>
            <GoalField sprint={sprint} />
          </div>
          <Facts sprint={sprint} figures={figures} />
        </>
      )}
    </section>
  )
}

function SprintButtons({ sprint, others, onChoose }: Props) {
  const t = useT()
  const board = useBoard()
  const canEdit = useSignal(board.canEdit, (can) => can)
  return (
    <>
      {others.length > 0 && (
        <PopupButton
          kind="menu"
          className="button sprint-switch"
          popup={(place) => <SprintSwitch sprints={others} onChoose={onChoose} place={place} />}
        >
          {t('sprint.others', { count: others.length })}
          <ChevronsUpDown className="icon" aria-hidden="true" />
        </PopupButton>
      )}
      {canEdit && (
        <PopupButton
          kind="menu"
          className="button button-icon sprint-menu"
          label={t('sprint.menu', { name: nameOf(sprint) })}
          popup={(place) => <SprintMenu sprint={sprint} place={place} hasLinks />}
        >
          <Ellipsis className="icon" aria-hidden="true" />
        </PopupButton>
      )}
    </>
  )
}

interface FactsProps {
  readonly sprint: SprintData
  readonly figures: LiveFigures
}

function Facts({ sprint, figures }: FactsProps) {
  const t = useT()
  const { sums, unit, days, fit, burndown } = figures
  const ahead = aheadWords(burndown.ahead, unit)
  return (
    <dl className="facts">
      {days && (
        <div className="fact">
          <dt>{t('sprint.daysLeft')}</dt>
          <dd>
            {t('sprint.days', { n: days.left })}
            <small>/ {t('sprint.days', { n: days.of })}</small>
          </dd>
        </div>
      )}
      <div className="fact" title={t('burndown.leftOf', { left: sumWords(sums.remaining), of: sumWords(sums.total) })}>
        <dt>{t(unit === 'points' ? 'sprint.pointsLeft' : 'sprint.cardsLeft')}</dt>
        <dd>
          {sums.remaining[unit]}
          <small>/ {amountWords(sums.total[unit], unit)}</small>
        </dd>
      </div>
      <div className="fact fact-burndown">
        <dt>{t('burndown.label')}</dt>
        <dd>
          <PopupButton
            kind="dialog"
            className="burndown-button"
            label={`${t('burndown.label')}: ${ahead}`}
            popup={(place) => <BurndownPopup sprint={sprint} place={place} />}
          >
            <span className="burndown-words">{burndown.ahead === null ? '–' : aheadShort(burndown.ahead, unit)}</span>
            <Sparkline burndown={burndown} width={112} height={40} label={ahead} />
          </PopupButton>
        </dd>
      </div>
      {fit && (
        <div className="fact">
          <dt>{t('sprint.capacityLeft')}</dt>
          <dd>
            {t('sprint.amount.points', { n: fit.room })}
            <small className={fit.spare < 0 ? 'fact-short' : undefined}>
              {fit.spare < 0 && <TriangleAlert className="icon" aria-hidden="true" />}
              {spareWords(fit)}
            </small>
          </dd>
        </div>
      )}
    </dl>
  )
}

interface SummaryProps extends FactsProps {
  readonly isUnfolded: boolean
  readonly onToggle: () => void
}

/** A phone has one row for all of it. */
function Summary({ sprint, figures, isUnfolded, onToggle }: SummaryProps) {
  const t = useT()
  const { sums, unit, days, fit, burndown } = figures
  const Chevron = isUnfolded ? ChevronUp : ChevronDown
  const left = t('sprint.leftShort', { amount: amountWords(sums.remaining[unit], unit) })
  return (
    <button type="button" className="sprint-summary" aria-expanded={isUnfolded} onClick={onToggle}>
      <b className="cut">{nameOf(sprint)}</b>
      <span className="sprint-summary-left">{days ? `${t('sprint.days', { n: days.left })} · ${left}` : left}</span>
      <Sparkline burndown={burndown} width={60} height={22} label={aheadWords(burndown.ahead, unit)} />
      <span className="sprint-push" />
      {fit && fit.spare < 0 && <span className="fact-short">{t('sprint.shortBy', { n: -fit.spare })}</span>}
      <Chevron className="icon" aria-hidden="true" />
    </button>
  )
}
