// A value that lost to a newer one, said to everybody and offered back; and what the server had to take back.

import { Undo2 } from 'lucide-react'
import { announce } from '../../app/announce.tsx'
import { useBoard, useSnapshot } from '../../board/board-context.tsx'
import type { BoardSnapshot } from '../../board/board-store.ts'
import type { BoardEdits } from '../../board/edits.ts'
import type { CardData } from '../../board/read.ts'
import { isRecord } from '../../board/register.ts'
import { useT } from '../../i18n/index.ts'
import { Avatar } from '../../presence/Avatar.tsx'
import { fieldName, valueWords } from '../activity/wording.ts'
import { useWho } from '../who.ts'
import { Sentence, Time } from './ActivityLine.tsx'

export type Loss = { readonly key: string; readonly at: number; readonly by: string } & (
  | {
      readonly kind: 'value'
      readonly field: string
      readonly value: unknown
      readonly winner: { readonly value: unknown; readonly by: string }
      readonly restore: (edits: BoardEdits) => void
    }
  | { readonly kind: 'wip' | 'closed'; readonly to: string }
)

/** Older ones than these are history. */
const LOSSES_MAX = 5

export function lossesOf(card: CardData, { columns }: BoardSnapshot): Loss[] {
  const values = card.lost.map(
    ({ field, value, at, by, winner }): Loss => ({
      kind: 'value',
      key: `lost ${field} ${by} ${at}`,
      at: winner.at,
      by,
      field,
      value,
      winner,
      restore: (edits) => edits.restoreField(card.id, field, value),
    }),
  )
  const { position } = card
  const moves = (position ? card.overwritten : [])
    .filter(({ column }) => column !== position?.column && columns.some((view) => view.column.id === column))
    .map(
      ({ column, by, at }): Loss => ({
        kind: 'value',
        key: `lost column ${by} ${at}`,
        at: position?.at ?? at,
        by,
        field: 'column',
        value: column,
        winner: { value: position?.column, by: position?.by ?? '' },
        restore: (edits) => edits.moveCard(card.id, { column, before: null }),
      }),
    )
  const taken = card.takenBack.map(
    ({ reason, by, at, to }): Loss => ({ kind: reason, key: `taken ${reason} ${at}`, at, by, to }),
  )
  return [...values, ...moves, ...taken].sort((a, b) => a.at - b.at).slice(-LOSSES_MAX)
}

export function LossRow({ loss, canEdit }: { loss: Loss; canEdit: boolean }) {
  const board = useBoard()
  const t = useT()
  const who = useWho()
  const snapshot = useSnapshot()
  const loser = who(loss.by)
  const whose = loser.isMe ? t('lost.mine') : t('lost.whose', { name: loser.name })
  if (loss.kind !== 'value') {
    const column = snapshot.columns.find((view) => view.column.id === loss.to)?.column.name
    const sprint = snapshot.sprints.find(({ id }) => id === loss.to)?.name
    return (
      <li className="log-line kept">
        <Avatar name={loser.name} color={loser.color} size={20} />
        <p>
          <Sentence words={t(`lost.${loss.kind}`, { whose, to: column ?? sprint ?? '' })} />
        </p>
        <Time at={loss.at} />
      </li>
    )
  }
  const { field, value, winner, restore } = loss
  const winnerName = who(winner.by)
  const words = (of: unknown): string => wordsOf(field, of, snapshot, t) ?? t('field.none')
  const name = field === 'column' ? t('field.status') : fieldName(field, t)
  const from = words(value)
  return (
    <li className="log-line kept">
      <Avatar name={winnerName.name} color={winnerName.color} size={20} />
      <p>
        <Sentence
          words={t('lost.value', { name: winnerName.name, field: name, to: words(winner.value), whose, from })}
        />{' '}
        <Time at={loss.at} />
      </p>
      {canEdit && (
        <button
          type="button"
          className="button button-edge kept-restore"
          onClick={() => {
            restore(board.edits)
            announce(t('lost.restored', { field: name, value: from }))
          }}
        >
          <Undo2 className="icon" aria-hidden="true" />
          <span className="cut">{t('lost.restore', { value: from })}</span>
        </button>
      )}
    </li>
  )
}

function wordsOf(field: string, value: unknown, snapshot: BoardSnapshot, t: ReturnType<typeof useT>): string | null {
  if (field === 'column') return snapshot.columns.find((view) => view.column.id === value)?.column.name ?? null
  if (field === 'plan') {
    const sprint = isRecord(value) ? value['sprint'] : null
    return snapshot.sprints.find(({ id }) => id === sprint)?.name ?? t('sprint.backlog')
  }
  if (field === 'archived') return value === true ? t('drawer.archive') : t('field.none')
  return valueWords(field, value, t)
}
