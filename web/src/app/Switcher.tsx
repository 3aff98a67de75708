// All boards: found by a few letters or initial consonants, favourites first, archived ones at the bottom.

import { Archive, FileUp, Plus, Star } from 'lucide-react'
import { type KeyboardEvent, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import { openDialog } from './dialogs.ts'
import { Popup } from './Popup.tsx'
import type { Place } from './PopupButton.tsx'
import { boardPath, routeOf } from './routes.ts'
import { textMatcher } from './search.ts'
import { PHONE, useMedia } from './use-media.ts'
import { type BoardLink, favourites, inOrder, setFavourite, workspace } from './workspace.ts'
import './switcher.css'

const NONE: readonly BoardLink[] = []

export function Switcher({ place }: { place: Place }) {
  const t = useT()
  const [query, setQuery] = useState('')
  const [, navigate] = useLocation()
  const list = useRef<HTMLDivElement>(null)
  const boards = useSignal(workspace, (state) => (state.kind === 'ready' ? state.boards : NONE))
  const marked = useSignal(favourites, (ids) => ids)
  const matches = textMatcher(query)
  const found = inOrder(boards, marked).filter(({ name }) => matches(name))
  const live = found.filter(({ isArchived }) => !isArchived)
  const archived = found.filter(({ isArchived }) => isArchived)
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      step(list.current, event.key === 'ArrowDown' ? 1 : -1)
    } else if (event.key === 'Enter' && event.target instanceof HTMLInputElement && found[0]) {
      event.preventDefault()
      place.onClose()
      navigate(boardPath(found[0].id))
    }
  }
  const open = (next: Parameters<typeof openDialog>[0]): void => {
    place.onClose()
    openDialog(next)
  }
  return (
    <Popup
      place={place}
      side={useMedia(PHONE) ? 'top' : 'right'}
      align="start"
      sideOffset={8}
      className="popover switcher"
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows go between the links inside; Tab does too */}
      <div ref={list} className="switcher-in" onKeyDown={onKeyDown}>
        <input
          className="field"
          type="search"
          value={query}
          placeholder={t('app.findBoard')}
          aria-label={t('app.findBoard')}
          autoComplete="off"
          onChange={(event) => setQuery(event.target.value)}
        />
        <div className="switcher-list">
          {live.length > 0 && <Boards boards={live} marked={marked} onGo={place.onClose} />}
          {archived.length > 0 && (
            <>
              <h3>
                <Archive className="icon" aria-hidden="true" />
                {t('app.archivedBoards')}
              </h3>
              <Boards boards={archived} marked={marked} onGo={place.onClose} />
            </>
          )}
          {found.length === 0 && <p className="quiet">{t(query ? 'app.noBoardFound' : 'trouble.empty')}</p>}
        </div>
        <div className="switcher-foot">
          <button type="button" className="button" onClick={() => open({ kind: 'new-board' })}>
            <Plus className="icon" aria-hidden="true" />
            {t('transfer.newBoard')}
          </button>
          <button type="button" className="button" onClick={() => open({ kind: 'import', board: null })}>
            <FileUp className="icon" aria-hidden="true" />
            {t('transfer.import')}
          </button>
        </div>
      </div>
    </Popup>
  )
}

interface BoardsProps {
  readonly boards: readonly BoardLink[]
  readonly marked: ReadonlySet<string>
  readonly onGo: () => void
}

function Boards({ boards, marked, onGo }: BoardsProps) {
  const t = useT()
  const [path] = useLocation()
  const current = routeOf(path)?.board
  return (
    <ul>
      {boards.map(({ id, name }) => {
        const isMarked = marked.has(id)
        const words = t(isMarked ? 'app.unfavourite' : 'app.favourite', { name })
        return (
          <li key={id} className="switcher-row">
            <Link
              href={boardPath(id)}
              className="cut"
              data-board={id}
              aria-current={id === current ? 'page' : undefined}
              onClick={onGo}
            >
              {name}
            </Link>
            <button
              type="button"
              className="button button-icon"
              aria-pressed={isMarked}
              aria-label={words}
              title={words}
              onClick={() => setFavourite(id, !isMarked)}
            >
              <Star className="icon" aria-hidden="true" fill={isMarked ? 'currentColor' : 'none'} />
            </button>
          </li>
        )
      })}
    </ul>
  )
}

/** Puts the focus on the link after or before the one that has it; before the first is the field. */
function step(list: HTMLElement | null, by: 1 | -1): void {
  const stops = [...(list?.querySelectorAll<HTMLElement>('input, a[data-board]') ?? [])]
  const at = stops.findIndex(
    (stop) => stop === document.activeElement || stop.parentElement?.contains(document.activeElement) === true,
  )
  stops[Math.min(Math.max(at + by, 0), stops.length - 1)]?.focus()
}
