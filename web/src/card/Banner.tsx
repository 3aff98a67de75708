// A card that is not on the board any more says so, and offers the way back. What is written in it meanwhile stays.

import { Archive, Trash2, Undo2 } from 'lucide-react'
import { announce } from '../app/announce.tsx'
import { useBoard } from '../board/board-context.tsx'
import type { CardData } from '../board/read.ts'
import { useT } from '../i18n/index.ts'
import { momentAgo } from './activity/moments.ts'
import { useWho } from './who.ts'

export function Banner({ card, canEdit }: { card: CardData; canEdit: boolean }) {
  const board = useBoard()
  const t = useT()
  const who = useWho()
  if (!card.isDeleted && !card.isArchived) return null
  const restore = (): void => {
    if (card.isDeleted) board.edits.restoreCards([card.id])
    if (card.isArchived) board.edits.setField([card.id], 'archived', false)
    announce(t('card.restored'))
  }
  const by = card.deletedBy === null ? null : who(card.deletedBy)
  const when = card.deletedAt === null ? '' : momentAgo(card.deletedAt, Date.now(), t)
  const words = !card.isDeleted
    ? t('drawer.isArchived')
    : by
      ? t('drawer.deletedBy', { name: by.name, when })
      : t('card.gone')
  const Icon = card.isDeleted ? Trash2 : Archive
  return (
    <div className="banner" role="status">
      <Icon className="icon" aria-hidden="true" />
      <p>
        <b>{words}</b> {t(card.isDeleted ? 'card.goneDetail' : 'drawer.archivedDetail')}
      </p>
      {canEdit && (
        <button type="button" className="button button-edge" onClick={restore}>
          <Undo2 className="icon" aria-hidden="true" />
          {t('card.restore')}
        </button>
      )}
    </div>
  )
}
