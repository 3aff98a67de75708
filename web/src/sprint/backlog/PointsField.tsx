// The estimate of a card, changed in place.

import { useState } from 'react'
import { useBoard } from '../../board/board-context.tsx'
import { type CardData, POINTS_MAX } from '../../board/read.ts'
import { useT } from '../../i18n/index.ts'

export function PointsField({ card, canEdit }: { card: CardData; canEdit: boolean }) {
  const board = useBoard()
  const t = useT()
  const [text, setText] = useState<string | null>(null)
  const { id, points } = card
  if (!canEdit)
    return <span className="bl-points">{points !== null && <span className="card-points">{points}</span>}</span>
  const label = t('backlog.points', { title: card.title || t('card.untitled') })
  const end = (isKept: boolean): void => {
    setText(null)
    if (text === null || !isKept) return
    const next = text.trim() === '' ? null : Number(text.replace(',', '.'))
    if (next !== null && (!Number.isFinite(next) || next < 0 || next > POINTS_MAX)) return
    if (next !== points) board.edits.setField([id], 'points', next)
  }
  if (text === null) {
    return (
      <span className="bl-points">
        <button
          type="button"
          className={points === null ? 'bl-points-none' : undefined}
          aria-label={points === null ? label : `${label}: ${points}`}
          title={t('card.pointsField')}
          tabIndex={-1}
          onClick={() => setText(points === null ? '' : String(points))}
        >
          <span className="card-points">{points ?? '–'}</span>
        </button>
      </span>
    )
  }
  return (
    <span className="bl-points">
      <input
        className="field"
        inputMode="decimal"
        value={text}
        aria-label={label}
        // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was just pressed
        autoFocus
        onFocus={(event) => event.target.select()}
        onChange={(event) => setText(event.target.value.replace(/[^\d.,]/g, '').slice(0, 6))}
        onBlur={() => end(true)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.keyCode === 229) return
          if (event.key !== 'Enter' && event.key !== 'Escape') return
          event.preventDefault()
          event.stopPropagation()
          const row = event.currentTarget.closest<HTMLElement>('[data-card]')
          end(event.key === 'Enter')
          row?.focus()
        }}
      />
    </span>
  )
}
