// A date, and a time if it matters: quick picks first, the browser's own calendar for the rest.

import { useEffect, useRef, useState } from 'react'
import { useT } from '../i18n/index.ts'
import { joinMoment, type QuickDay, quickDay, splitMoment } from './dates.ts'

interface Props {
  readonly label: string
  /** What all cards share; undefined when they differ. */
  readonly value: string | null | undefined
  readonly onChange: (value: string | null) => void
  readonly onDone: () => void
}

const QUICK: readonly QuickDay[] = ['today', 'tomorrow', 'nextWeek']
const USUAL_TIME = '18:00'
/** While a year is being typed, the field holds one of the first centuries; nobody plans there. */
const YEAR_MIN = '1900'
const REST_MS = 400

export function DatePicker({ label, value, onChange, onDone }: Props) {
  const t = useT()
  const known = value ? splitMoment(value) : null
  const [day, setDay] = useState(known?.day ?? '')
  const [time, setTime] = useState<string | null>(known?.time ?? null)
  const first = useRef<HTMLButtonElement>(null)
  useEffect(() => first.current?.focus(), [])
  const waiting = useRef<{ timer: number; commit: () => void } | null>(null)
  const flush = (): void => {
    clearTimeout(waiting.current?.timer)
    waiting.current?.commit()
    waiting.current = null
  }
  useEffect(
    () => () => {
      clearTimeout(waiting.current?.timer)
      waiting.current?.commit()
    },
    [],
  )
  /** Written once the typing rests: a date is typed in parts, and each part would make a date. */
  const put = (nextDay: string, nextTime: string | null): void => {
    setDay(nextDay)
    setTime(nextTime)
    clearTimeout(waiting.current?.timer)
    const commit = (): void => {
      const moment = joinMoment(nextDay, nextTime)
      if (moment !== null && nextDay >= YEAR_MIN && moment !== value) onChange(moment)
    }
    waiting.current = { timer: window.setTimeout(flush, REST_MS), commit }
  }
  const pick = (next: string | null): void => {
    clearTimeout(waiting.current?.timer)
    waiting.current = null
    onChange(next === null ? null : joinMoment(next, time))
    onDone()
  }
  const onEnter = (event: React.KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    flush()
    onDone()
  }
  return (
    <div className="picker date-picker">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset brings its own layout */}
      <div className="date-quick" role="group" aria-label={label}>
        {QUICK.map((which) => {
          const quick = quickDay(which, new Date())
          return (
            <button
              key={which}
              ref={which === QUICK[0] ? first : null}
              type="button"
              className="button button-edge"
              aria-pressed={known?.day === quick}
              onClick={() => pick(quick)}
            >
              {t(`date.${which}`)}
            </button>
          )
        })}
        <button type="button" className="button button-edge" aria-pressed={value === null} onClick={() => pick(null)}>
          {t('date.none')}
        </button>
      </div>
      <div className="date-fields">
        <input
          type="date"
          className="field"
          aria-label={`${label} ${t('date.day')}`}
          value={day}
          max="9999-12-31"
          onChange={(event) => put(event.target.value, time)}
          min="1900-01-01"
          onKeyDown={onEnter}
          onBlur={flush}
        />
        {time !== null && (
          <input
            type="time"
            className="field"
            aria-label={`${label} ${t('date.time')}`}
            value={time}
            onChange={(event) => event.target.value !== '' && put(day, event.target.value)}
            onKeyDown={onEnter}
            onBlur={flush}
          />
        )}
        <button
          type="button"
          className="button"
          disabled={day === ''}
          onClick={() => put(day, time === null ? USUAL_TIME : null)}
        >
          {t(time === null ? 'date.addTime' : 'date.removeTime')}
        </button>
      </div>
    </div>
  )
}
