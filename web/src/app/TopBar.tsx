// The bar over a board: its name, the ways to look at it, who is here, and the truth about saving.

import { ChevronDown, Eye, Keyboard, Plus } from 'lucide-react'
import { Link } from 'wouter'
import { useBoard, useSnapshot } from '../board/board-context.tsx'
import { startCard } from '../board/keys.ts'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import { Presence } from '../presence/Presence.tsx'
import { Status } from '../status/Status.tsx'
import { openDialog } from './dialogs.ts'
import { lazyPart } from './lazy-part.ts'
import { PopupButton } from './PopupButton.tsx'
import { boardPath, VIEWS, type View } from './routes.ts'

const loadMenu = () => import('./BoardMenu.tsx')
const BoardMenu = lazyPart(async () => (await loadMenu()).BoardMenu)

interface Props {
  readonly id: string
  readonly title: string
  readonly view: View
  readonly isOpen: boolean
}

export function TopBar({ id, title, view, isOpen }: Props) {
  const t = useT()
  return (
    <header className="topbar">
      <div className="topbar-board">
        <h1 className="cut">{title}</h1>
        {isOpen && (
          <PopupButton
            kind="menu"
            className="button button-icon topbar-menu"
            label={t('app.boardMenu', { name: title })}
            popup={(place) => <BoardMenu place={place} id={id} view={view} />}
            prefetch={() => void loadMenu()}
          >
            <ChevronDown className="icon" aria-hidden="true" />
          </PopupButton>
        )}
      </div>
      <nav className="topbar-tabs" aria-label={t('app.views')}>
        {VIEWS.map((each) => (
          <Link key={each} href={boardPath(id, { view: each })} aria-current={each === view ? 'page' : undefined}>
            {t(`app.view.${each}`)}
          </Link>
        ))}
      </nav>
      {isOpen && <ReadOnly />}
      <span className="topbar-push" />
      {isOpen && <Presence />}
      <Status />
      <button
        type="button"
        className="button button-icon topbar-keys"
        aria-label={t('board.shortcuts')}
        title={`${t('board.shortcuts')} ?`}
        onClick={() => openDialog({ kind: 'shortcuts' })}
      >
        <Keyboard className="icon" aria-hidden="true" />
      </button>
      {isOpen && view === 'board' && <NewCard />}
    </header>
  )
}

function ReadOnly() {
  const t = useT()
  const board = useBoard()
  const canEdit = useSignal(board.canEdit, (can) => can)
  if (canEdit) return null
  return (
    <span className="topbar-viewer" title={t('board.readOnly')}>
      <Eye className="icon" aria-hidden="true" />
      <span>{t('board.readOnly')}</span>
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
