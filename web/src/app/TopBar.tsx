// The bar over a board: its name, who is here, and the truth about saving.

import { Keyboard, Plus } from 'lucide-react'
import { useBoard, useSnapshot } from '../board/board-context.tsx'
import { startCard } from '../board/keys.ts'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import { Presence } from '../presence/Presence.tsx'
import { Status } from '../status/Status.tsx'

interface Props {
  readonly title: string
  readonly isOpen: boolean
  readonly onShortcuts?: () => void
}

export function TopBar({ title, isOpen, onShortcuts }: Props) {
  const t = useT()
  return (
    <header className="topbar">
      <h1 className="cut">{title}</h1>
      {isOpen && <Facts />}
      <span className="topbar-push" />
      {isOpen && <Presence />}
      <Status />
      {onShortcuts && (
        <button
          type="button"
          className="button button-icon topbar-keys"
          aria-label={t('board.shortcuts')}
          title={`${t('board.shortcuts')} ?`}
          onClick={onShortcuts}
        >
          <Keyboard className="icon" aria-hidden="true" />
        </button>
      )}
      {isOpen && <NewCard />}
    </header>
  )
}

/** What the board holds. */
function Facts() {
  const t = useT()
  const board = useBoard()
  const { columns } = useSnapshot()
  const canEdit = useSignal(board.canEdit, (can) => can)
  const count = columns.reduce((sum, view) => sum + view.cards.length, 0)
  const points = columns.reduce((sum, view) => sum + view.points, 0)
  return (
    <span className="topbar-facts">
      {t('board.count', { count })}
      {points > 0 && ` · ${t('board.points', { points })}`}
      {!canEdit && <span className="topbar-viewer">{t('board.readOnly')}</span>}
    </span>
  )
}

function NewCard() {
  const t = useT()
  const board = useBoard()
  const { columns } = useSnapshot()
  const canEdit = useSignal(board.canEdit, (can) => can)
  if (!canEdit || columns.length === 0) return null
  return (
    <button type="button" className="button button-primary topbar-new" onClick={() => startCard(board, null)}>
      <Plus className="icon" aria-hidden="true" />
      <span>{t('card.new')}</span>
      <kbd aria-hidden="true">C</kbd>
    </button>
  )
}
