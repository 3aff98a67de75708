// The head of a section: the sprint, how much is planned into it, and whether that fits, also while something is held
// over it.

import { ChevronDown, ChevronRight, CircleCheckBig, Ellipsis, Play, TriangleAlert } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { PopupButton } from '../../app/PopupButton.tsx'
import { useBoard } from '../../board/board-context.tsx'
import type { SprintData } from '../../board/read.ts'
import { useSignal } from '../../board/signal.ts'
import { useT } from '../../i18n/index.ts'
import { nameOf } from '../actions.ts'
import { openDialog } from '../dialog/open.ts'
import { spanWords } from '../figures/day-words.ts'
import { minus, plus, type Sum, sumOf } from '../figures/sums.ts'
import { useSums } from '../figures/use-sums.ts'
import { GoalField } from '../header/GoalField.tsx'
import { SprintMenu } from '../header/SprintMenu.tsx'
import { sumWords } from '../words.ts'
import { dropOnSection } from './drag.ts'
import { sectionKey, usePlanning } from './planning.tsx'
import type { Section } from './rows.ts'

export function SectionHead({ section }: { section: Section }) {
  const board = useBoard()
  const planning = usePlanning()
  const t = useT()
  const { sprint, isFolded } = section
  const id = sprint?.id ?? null
  const ref = useRef<HTMLElement>(null)
  const total = useProjected(id)
  const isOver = useSignal(planning.hand, (hand) => hand?.to?.sprint === id && hand.to !== null)
  const canEdit = useSignal(board.canEdit, (can) => can)
  useEffect(() => {
    const element = ref.current
    return element ? dropOnSection(element, id, isFolded) : undefined
  }, [id, isFolded])
  const Chevron = isFolded ? ChevronRight : ChevronDown
  const name = nameOf(sprint)
  return (
    <header ref={ref} className="bl-head" data-over={isOver || undefined}>
      <div className="bl-head-row">
        <button
          type="button"
          className="button button-icon bl-fold"
          aria-expanded={!isFolded}
          aria-label={t('backlog.fold', { name })}
          onClick={() => planning.fold(sectionKey(id), !isFolded)}
        >
          <Chevron className="icon" aria-hidden="true" />
        </button>
        <h2 className="cut">{name}</h2>
        {sprint?.state === 'active' && <span className="bl-state">{t('sprint.underWay')}</span>}
        {sprint && <small>{spanWords(sprint.start, sprint.end)}</small>}
        <span className="bl-sum">{sumWords(total)}</span>
        <span className="bl-push" />
        {sprint && sprint.capacity !== null && <CapacityBar capacity={sprint.capacity} planned={total.points} />}
        {sprint && canEdit && <Buttons sprint={sprint} isEmpty={total.count === 0} />}
      </div>
      {sprint && !isFolded && (sprint.goal !== '' || canEdit) && <GoalField sprint={sprint} />}
    </header>
  )
}

function Buttons({ sprint, isEmpty }: { sprint: SprintData; isEmpty: boolean }) {
  const t = useT()
  const isActive = sprint.state === 'active'
  return (
    <>
      <button
        type="button"
        className="button button-edge"
        disabled={!isActive && isEmpty}
        onClick={() => openDialog({ kind: isActive ? 'complete' : 'start', sprint: sprint.id })}
      >
        {isActive ? (
          <CircleCheckBig className="icon" aria-hidden="true" />
        ) : (
          <Play className="icon" aria-hidden="true" />
        )}
        {t(isActive ? 'sprint.complete' : 'sprint.start')}
      </button>
      <PopupButton
        kind="menu"
        className="button button-icon"
        label={t('sprint.menu', { name: nameOf(sprint) })}
        popup={(place) => <SprintMenu sprint={sprint} place={place} />}
      >
        <Ellipsis className="icon" aria-hidden="true" />
      </PopupButton>
    </>
  )
}

/** What the section would hold if what is in the hand were let go. */
function useProjected(sprint: string | null): Sum {
  const board = useBoard()
  const planning = usePlanning()
  const { total } = useSums(sprint)
  const hand = useSignal(planning.hand, (current) => current)
  if (!hand?.to) return total
  const planned = board.store.planned(sprint)
  const isTarget = hand.to.sprint === sprint
  const changing = hand.ids.filter((id) => planned.includes(id) !== isTarget)
  if (isTarget) return plus(total, sumOf(board.store, changing))
  return minus(total, sumOf(board.store, changing))
}

function CapacityBar({ capacity, planned }: { capacity: number; planned: number }) {
  const t = useT()
  const over = Math.round((planned - capacity) * 10) / 10
  const words = t('backlog.capacity', { planned, capacity })
  return (
    <span className={over > 0 ? 'bl-fit bl-fit-over' : 'bl-fit'}>
      <span className="bl-meter" aria-hidden="true">
        <i style={{ width: `${Math.min(100, (planned / Math.max(capacity, 1)) * 100)}%` }} />
      </span>
      <span className="bl-fit-words">{words}</span>
      {over > 0 && (
        <b>
          <TriangleAlert className="icon" aria-hidden="true" />
          {t('backlog.over', { n: over })}
        </b>
      )}
    </span>
  )
}
