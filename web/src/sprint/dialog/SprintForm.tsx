// A sprint's own facts: made or changed. What somebody else changes meanwhile shows in the fields that are untouched.

import { useId, useState } from 'react'
import { announce } from '../../app/announce.tsx'
import { useBoard, useSnapshot } from '../../board/board-context.tsx'
import { POINTS_MAX, type SprintData } from '../../board/read.ts'
import type { SprintFields } from '../../board/sprint-edits.ts'
import { t, useT } from '../../i18n/index.ts'
import { dayNumber, dayOf, daysLeft, defaultSpan } from '../figures/days.ts'
import { useVelocity } from '../figures/use-velocity.ts'
import { nextName } from '../next-name.ts'
import { Frame } from './Frame.tsx'

interface Props {
  readonly sprint: SprintData | null
  readonly onClose: () => void
}

export function SprintForm({ sprint, onClose }: Props) {
  const board = useBoard()
  const t = useT()
  const id = useId()
  const { sprints } = useSnapshot()
  const velocity = useVelocity()
  const [fresh] = useState(() => newSprint(sprints))
  const [change, setChange] = useState<Partial<SprintFields>>({})
  const fields: SprintFields = { ...(sprint ?? fresh), ...change }
  const set = (next: Partial<SprintFields>): void => setChange({ ...change, ...next })
  const [first, last] = [dayNumber(fields.start), dayNumber(fields.end)]
  const isBackwards = first !== null && last !== null && last < first
  const days = daysLeft(fields.start, fields.end, 0)
  const submit = (): void => {
    const { name, goal, start, end, capacity } = fields
    if (sprint) {
      board.edits.setSprint(sprint.id, change)
    } else {
      board.edits.addSprint({ name, goal, start, end, capacity })
      announce(t('sprint.created', { name }))
    }
    onClose()
  }
  return (
    <Frame
      title={t(sprint ? 'sprint.edit' : 'sprint.create')}
      action={t(sprint ? 'sprint.save' : 'sprint.make')}
      isDisabled={fields.name.trim() === '' || isBackwards}
      onSubmit={submit}
      onClose={onClose}
    >
      <label className="sprint-field">
        <span>{t('sprint.name')}</span>
        <input
          className="field"
          value={fields.name}
          maxLength={100}
          autoComplete="off"
          onChange={(event) => set({ name: event.target.value })}
          onFocus={(event) => event.target.select()}
        />
      </label>
      <label className="sprint-field">
        <span>{t('sprint.goal')}</span>
        <textarea
          className="field"
          rows={2}
          value={fields.goal}
          maxLength={500}
          placeholder={t('sprint.goalHint')}
          onChange={(event) => set({ goal: event.target.value })}
        />
      </label>
      <div className="sprint-dates">
        <label className="sprint-field">
          <span>{t('sprint.from')}</span>
          <input
            className="field"
            type="date"
            value={fields.start ?? ''}
            onChange={(event) => set({ start: event.target.value || null })}
          />
        </label>
        <label className="sprint-field">
          <span>{t('sprint.until')}</span>
          <input
            className="field"
            type="date"
            value={fields.end ?? ''}
            aria-invalid={isBackwards || undefined}
            aria-describedby={`${id}-days`}
            onChange={(event) => set({ end: event.target.value || null })}
          />
        </label>
      </div>
      <p id={`${id}-days`} className={isBackwards ? 'sprint-hint sprint-wrong' : 'sprint-hint'}>
        {isBackwards ? t('sprint.backwards') : days ? t('sprint.workingDays', { n: days.of }) : t('sprint.noDates')}
      </p>
      <label className="sprint-field sprint-capacity">
        <span>{t('sprint.capacity')}</span>
        <input
          className="field"
          type="number"
          inputMode="numeric"
          min={0}
          max={POINTS_MAX}
          value={fields.capacity ?? ''}
          aria-describedby={`${id}-velocity`}
          onChange={(event) => set({ capacity: amountOf(event.target.value) })}
        />
      </label>
      <p id={`${id}-velocity`} className="sprint-hint">
        {velocity === null ? t('sprint.capacityHint') : t('sprint.velocityHint', velocity)}
      </p>
    </Frame>
  )
}

function amountOf(text: string): number | null {
  const number = Number(text)
  return text === '' || !Number.isFinite(number) || number < 0 ? null : Math.min(number, POINTS_MAX)
}

/** Two weeks after the last one that is known, or from the next Monday. */
function newSprint(sprints: readonly SprintData[]): SprintFields {
  const today = dayOf(Date.now())
  const open = sprints.filter(({ state }) => state !== 'closed')
  const after = Math.max(today, ...open.map(({ end }) => dayNumber(end) ?? 0))
  const last = open.at(-1) ?? sprints[0] ?? null
  const taken = sprints.map((sprint) => sprint.name)
  const name = nextName(last?.name ?? null, taken) ?? t('sprint.defaultName', { n: sprints.length + 1 })
  return { name, goal: '', ...defaultSpan(after), capacity: last?.capacity ?? null }
}
