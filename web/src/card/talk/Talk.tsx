// What was said and done, in the order of time: comments, activity, and values that were overwritten.

import { useState } from 'react'
import { useBoard } from '../../board/board-context.tsx'
import type { CardData, Comment } from '../../board/read.ts'
import { useT } from '../../i18n/index.ts'
import { coalesce, type Line } from '../activity/happenings.ts'
import { useActivity } from '../activity/use-activity.ts'
import { ActivityLine } from './ActivityLine.tsx'
import { CommentRow } from './CommentRow.tsx'
import { type Loss, LossRow, lossesOf } from './LossRow.tsx'

/** The newest lines stay in view; the rest are folded away. */
const LINES_SHOWN = 3

type Entry = { readonly at: number; readonly key: string } & (
  | { readonly comment: Comment }
  | { readonly line: Line }
  | { readonly loss: Loss }
)

export function Talk({ card, canEdit }: { card: CardData; canEdit: boolean }) {
  const board = useBoard()
  const t = useT()
  const { activity, more } = useActivity(card.id)
  const [isUnfolded, setUnfolded] = useState(false)
  const lines = coalesce(activity.happenings)
  const folded = isUnfolded ? 0 : Math.max(0, lines.length - LINES_SHOWN)
  const losses = lossesOf(card, board.store.snapshot())
  const entries: Entry[] = [
    ...card.comments.map((comment) => ({ at: comment.at, key: comment.id, comment })),
    ...lines.slice(folded).map((line) => ({ at: line.at, key: `line ${line.number}`, line })),
    ...losses.map((loss) => ({ at: loss.at, key: loss.key, loss })),
  ]
  entries.sort((a, b) => a.at - b.at)
  const count = card.comments.length + lines.length + losses.length
  const canFold = lines.length > LINES_SHOWN
  return (
    <section className="part talk" aria-label={t('activity.title')}>
      <h3>
        {t('activity.title')} {count > 0 && <span>{count}</span>}
        {canFold && (
          <button
            type="button"
            className="button talk-fold"
            aria-expanded={isUnfolded}
            onClick={() => setUnfolded(!isUnfolded)}
          >
            {folded > 0 ? t('activity.folded', { count: folded }) : t('activity.fold')}
          </button>
        )}
      </h3>
      {isUnfolded && activity.kind === 'ready' && activity.hasMore && (
        <button type="button" className="button" onClick={more}>
          {t('activity.more')}
        </button>
      )}
      <ul className="log">
        {entries.map((entry) => {
          if ('comment' in entry)
            return <CommentRow key={entry.key} card={card.id} comment={entry.comment} canEdit={canEdit} />
          if ('line' in entry) return <ActivityLine key={entry.key} line={entry.line} />
          return <LossRow key={entry.key} loss={entry.loss} canEdit={canEdit} />
        })}
      </ul>
      {(activity.kind === 'offline' || activity.kind === 'failed') && (
        <p className="talk-note">{t(`activity.${activity.kind}`)}</p>
      )}
    </section>
  )
}
