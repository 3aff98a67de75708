// Into which sprint? The click-only way to do what a drag does: a dialog on a desk, a sheet on a phone.

import { Check, TriangleAlert } from 'lucide-react'
import { useBoard, useSnapshot } from '../../board/board-context.tsx'
import { MoveFrame } from '../../board/MoveFrame.tsx'
import type { SprintData } from '../../board/read.ts'
import { useSignal } from '../../board/signal.ts'
import { useT } from '../../i18n/index.ts'
import { nameOf, planCards } from '../actions.ts'
import { spanWords } from '../figures/day-words.ts'
import { fitOf, sumOf } from '../figures/sums.ts'
import { useSums } from '../figures/use-sums.ts'
import { spareWords, sumWords } from '../words.ts'
import { focusRow } from './focus.ts'
import { openSprints, usePlanning } from './planning.tsx'

export function PlanMenu() {
  const planning = usePlanning()
  const ids = useSignal(planning.menu, (cards) => cards)
  return ids === null ? null : <Menu ids={ids} />
}

function Menu({ ids }: { ids: readonly string[] }) {
  const board = useBoard()
  const planning = usePlanning()
  const t = useT()
  const { sprints } = useSnapshot()
  const first = ids[0] ?? ''
  const card = board.store.card(first)
  const here = homeOf(sprints, card?.plan.sprint ?? null)
  const isTogether = ids.every((id) => homeOf(sprints, board.store.card(id)?.plan.sprint ?? null) === here)
  const close = (): void => planning.menu.set(null)
  const go = (sprint: string | null, before: string | null): void => {
    close()
    planCards(board, ids, sprint, before)
  }
  const order = board.store.planned(here).filter((id) => !ids.includes(id))
  const at = board.store.planned(here).indexOf(first)
  /** Before which card each step leads; undefined where it leads nowhere. */
  const places = {
    top: at === 0 ? undefined : (order[0] ?? null),
    up: at <= 0 ? undefined : (order[at - 1] ?? null),
    down: at >= order.length ? undefined : (order[at + 1] ?? null),
    bottom: at >= order.length ? undefined : null,
  }
  return (
    <MoveFrame
      title={t('backlog.moveTitle')}
      what={ids.length > 1 ? sumWords(sumOf(board.store, ids)) : card?.title || t('card.untitled')}
      label={t('sprint.label')}
      steps={
        isTogether
          ? {
              label: t('backlog.place'),
              can: (step) => places[step] !== undefined,
              go: (step) => go(here, places[step] ?? null),
            }
          : null
      }
      onClose={close}
      focus={() => focusRow(board, planning, first)}
    >
      {[...openSprints(sprints), null].map((sprint) => (
        <Target
          key={sprint?.id ?? ''}
          sprint={sprint}
          ids={ids}
          isHere={isTogether && (sprint?.id ?? null) === here}
          onChoose={() => go(sprint?.id ?? null, null)}
        />
      ))}
    </MoveFrame>
  )
}

interface TargetProps {
  readonly sprint: SprintData | null
  readonly ids: readonly string[]
  readonly isHere: boolean
  readonly onChoose: () => void
}

/** A sprint to choose, with what it would come to. */
function Target({ sprint, ids, isHere, onChoose }: TargetProps) {
  const board = useBoard()
  const t = useT()
  const { total } = useSums(sprint?.id ?? null)
  const coming = ids.filter((id) => board.store.card(id)?.plan.sprint !== sprint?.id)
  const fit = sprint ? fitOf(sprint.capacity, total.points + sumOf(board.store, coming).points, null) : null
  return (
    <button type="button" className="menu-item" disabled={isHere} onClick={onChoose}>
      <span className="cut move-name">
        {nameOf(sprint)} {sprint && <span className="quiet">{spanWords(sprint.start, sprint.end)}</span>}
      </span>
      {isHere ? (
        <>
          <span className="quiet">{t('move.here')}</span>
          <Check className="icon" aria-hidden="true" />
        </>
      ) : fit && fit.spare < 0 ? (
        <span className="bl-fit-short">
          <TriangleAlert className="icon" aria-hidden="true" /> {spareWords(fit)}
        </span>
      ) : (
        <span className="quiet">{fit ? spareWords(fit) : sumWords(total)}</span>
      )}
    </button>
  )
}

/** A card of a sprint that is not there any more is in the backlog. */
function homeOf(sprints: readonly SprintData[], sprint: string | null): string | null {
  return sprints.some(({ id }) => id === sprint) ? sprint : null
}
