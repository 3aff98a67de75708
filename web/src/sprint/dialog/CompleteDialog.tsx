// Completing a sprint: what is done stays in it for good; the rest goes on, to where the team says.

import { CircleCheck } from 'lucide-react'
import { useState } from 'react'
import { useBoard, useSnapshot } from '../../board/board-context.tsx'
import { cardNumber } from '../../board/CardFacts.tsx'
import type { SprintData } from '../../board/read.ts'
import { useT } from '../../i18n/index.ts'
import { completeSprint, nameOf } from '../actions.ts'
import { spanWords } from '../figures/day-words.ts'
import { dayNumber, dayOf, defaultSpan } from '../figures/days.ts'
import { isDone } from '../figures/sums.ts'
import { useSums } from '../figures/use-sums.ts'
import { nextName } from '../next-name.ts'
import { sumWords } from '../words.ts'
import { Frame } from './Frame.tsx'

interface Props {
  readonly sprint: SprintData
  readonly onClose: () => void
}

const NEW = '+'
const BACKLOG = ''

export function CompleteDialog({ sprint, onClose }: Props) {
  const board = useBoard()
  const t = useT()
  const { sprints } = useSnapshot()
  const { done, remaining } = useSums(sprint.id)
  const targets = sprints.filter(({ id, state }) => id !== sprint.id && state !== 'closed')
  const next = targets.find(({ state }) => state === 'planned')
  const [chosen, choose] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const to = chosen ?? next?.id ?? NEW
  const isOver = sprint.state === 'closed'
  const taken = sprints.map(({ name }) => name)
  const newName = nextName(sprint.name, taken) ?? t('sprint.defaultName', { n: sprints.length + 1 })
  const submit = async (): Promise<void> => {
    setBusy(true)
    const made = remaining.count > 0 && to === NEW ? addNext(newName) : null
    const target = remaining.count === 0 || to === BACKLOG ? null : (made ?? to)
    const why = await completeSprint(board, sprint, target)
    setBusy(false)
    setRefusal(why)
    if (why === null) onClose()
    // Made for nothing: the next try makes another.
    else if (made) board.edits.deleteSprint(made)
  }
  const addNext = (name: string): string => {
    const after = Math.max(dayOf(Date.now()), dayNumber(sprint.end) ?? 0)
    return board.edits.addSprint({ name, goal: '', ...defaultSpan(after), capacity: sprint.capacity })
  }
  return (
    <Frame
      title={t('sprint.completeTitle', { name: nameOf(sprint) })}
      action={t('sprint.complete')}
      isBusy={isBusy && !isOver}
      isDisabled={isOver}
      refusal={refusal}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {isOver ? (
        <p role="status" className="sprint-note">
          {t('sprint.completedAlready')}
        </p>
      ) : (
        <>
          <dl className="sprint-halves">
            <div>
              <dt>
                <CircleCheck className="icon card-check" aria-hidden="true" />
                {t('sprint.done')}
              </dt>
              <dd>{sumWords(done)}</dd>
            </div>
            <div>
              <dt>{t('sprint.notDone')}</dt>
              <dd>{sumWords(remaining)}</dd>
            </div>
          </dl>
          {remaining.count > 0 ? (
            <>
              <fieldset className="sprint-targets">
                <legend>{t('sprint.carryTo')}</legend>
                {targets.map((target) => (
                  <Choice key={target.id} value={target.id} chosen={to} onChoose={choose} words={nameOf(target)}>
                    {target.id === next?.id ? t('sprint.nextOne') : spanWords(target.start, target.end)}
                  </Choice>
                ))}
                <Choice value={NEW} chosen={to} onChoose={choose} words={t('sprint.newOne', { name: newName })} />
                <Choice value={BACKLOG} chosen={to} onChoose={choose} words={t('sprint.inBacklog')} />
              </fieldset>
              <Carried sprint={sprint.id} count={remaining.count} />
            </>
          ) : (
            <p className="sprint-note">{t('sprint.allDone')}</p>
          )}
          <p className="sprint-hint">{t('sprint.completeHint')}</p>
        </>
      )}
    </Frame>
  )
}

interface ChoiceProps {
  readonly value: string
  readonly chosen: string
  readonly onChoose: (value: string) => void
  readonly words: string
  readonly children?: string
}

function Choice({ value, chosen, onChoose, words, children }: ChoiceProps) {
  return (
    <label>
      <input type="radio" name="carry-to" value={value} checked={chosen === value} onChange={() => onChoose(value)} />
      <span className="cut">{words}</span>
      {children && <span className="quiet">{children}</span>}
    </label>
  )
}

/** What will be carried. */
function Carried({ sprint, count }: { sprint: string; count: number }) {
  const board = useBoard()
  const t = useT()
  const snapshot = useSnapshot()
  const ids = board.store.planned(sprint).filter((id) => !isDone(board.store, id))
  return (
    <details className="sprint-carried" open={count <= SHOWN_MAX || undefined}>
      <summary>{t('sprint.carried', { n: count })}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
      <ul tabIndex={0} aria-label={t('sprint.carried', { n: count })}>
        {ids.map((id) => {
          const card = board.store.card(id)
          if (!card) return null
          return (
            <li key={id}>
              <span className="quiet">{cardNumber(card, snapshot)}</span>
              <span className="cut">{card.title || t('card.untitled')}</span>
              <span className="quiet cut">{board.store.columnOf(id)?.column.name}</span>
              {card.points !== null && <span className="card-points">{card.points}</span>}
            </li>
          )
        })}
      </ul>
    </details>
  )
}

/** More than a screenful is folded. */
const SHOWN_MAX = 12
