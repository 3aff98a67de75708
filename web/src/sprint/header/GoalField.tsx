// The goal of a sprint, edited in place. When somebody else's words took the place of others, those can be put back.

import { Target, Undo2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { announce, toast } from '../../app/announce.tsx'
import { useBoard, useSnapshot } from '../../board/board-context.tsx'
import { memberOf } from '../../board/CardFacts.tsx'
import type { SprintData } from '../../board/read.ts'
import { useSignal } from '../../board/signal.ts'
import { TitleField } from '../../board/TitleField.tsx'
import { useT } from '../../i18n/index.ts'
import { useMe } from '../../presence/me.ts'

export function GoalField({ sprint }: { sprint: SprintData }) {
  const board = useBoard()
  const t = useT()
  const canEdit = useSignal(board.canEdit, (can) => can)
  const [isEditing, setEditing] = useState(false)
  const goal = sprint.goal.trim()
  useLostGoal(sprint)
  if (isEditing) {
    return (
      <div className="goal goal-editing">
        <TitleField
          value={goal}
          label={t('sprint.goal')}
          placeholder={t('sprint.goalHint')}
          onDone={(next) => {
            setEditing(false)
            if (next !== null && next.trim() !== goal) board.edits.setSprint(sprint.id, { goal: next })
          }}
        />
      </div>
    )
  }
  if (!canEdit && goal === '') return null
  return (
    <div className="goal">
      {canEdit ? (
        <button type="button" className="goal-words" title={goal} onClick={() => setEditing(true)}>
          <Target className="icon" aria-hidden="true" />
          <span className="visually-hidden">{t('sprint.goal')}: </span>
          <span className={goal === '' ? 'cut quiet' : 'cut'}>{goal || t('sprint.goalHint')}</span>
        </button>
      ) : (
        <p className="goal-words" title={goal}>
          <Target className="icon" aria-hidden="true" />
          <span className="cut">{goal}</span>
        </p>
      )}
      {canEdit && <RestoreGoal sprint={sprint} />}
    </div>
  )
}

/** The way back for words that another's took the place of; it stays until somebody writes the goal again. */
function RestoreGoal({ sprint }: { sprint: SprintData }) {
  const board = useBoard()
  const t = useT()
  const lost = lostGoal(sprint)
  if (!lost) return null
  const words = t('sprint.goalRestore', { goal: lost.value })
  return (
    <button
      type="button"
      className="button goal-restore"
      aria-label={words}
      title={words}
      onClick={() => board.edits.setSprint(sprint.id, { goal: lost.value })}
    >
      <Undo2 className="icon" aria-hidden="true" />
      <span className="cut">{lost.value}</span>
    </button>
  )
}

/** Tells the one whose words lost. */
function useLostGoal(sprint: SprintData): void {
  const board = useBoard()
  const me = useMe()
  const t = useT()
  const { members } = useSnapshot()
  const lost = lostGoal(sprint)
  const at = lost?.by === me.id ? lost.at : null
  const value = lost?.value ?? ''
  const winner = lost?.winner.by ?? ''
  useEffect(() => {
    if (at === null) return
    const here = board.people.people().find((person) => person.id === winner)
    const text = t('sprint.goalLost', { name: here?.name ?? memberOf(members, winner).name })
    announce(text)
    toast(text, () => board.edits.setSprint(sprint.id, { goal: value }))
  }, [at, value, winner])
}

function lostGoal(sprint: SprintData) {
  const found = sprint.lost.find(({ field, value }) => field === 'goal' && typeof value === 'string')
  return found && typeof found.value === 'string' ? { ...found, value: found.value } : null
}
