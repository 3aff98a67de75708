// The rail: the boards of the workspace, and what is mine on this device. On a phone it lies at the bottom.

import { Columns3, Languages, Monitor, Moon, Sun } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { useSignal } from '../board/signal.ts'
import { useLanguage, useT } from '../i18n/index.ts'
import { lazyPart } from './lazy-part.ts'
import { PopupButton } from './PopupButton.tsx'
import { Profile } from './Profile.tsx'
import { useTheme } from './use-theme.ts'
import { type BoardLink, workspace } from './workspace.ts'

const BoardMenuItems = lazyPart(async () => (await import('./BoardMenuItems.tsx')).BoardMenuItems)

const TILE_CHARS = 2

export function Rail() {
  const t = useT()
  const boards = useSignal(workspace, (state) => (state.kind === 'ready' ? state.boards : NONE))
  return (
    <nav className="rail" aria-label={t('app.boards')}>
      <Link href="/" className="rail-logo" aria-label="CalIT">
        <Logo />
      </Link>
      <BoardTiles boards={boards} />
      <BoardMenu boards={boards} />
      <span className="rail-push" />
      <Language />
      <Theme />
      <Profile />
    </nav>
  )
}

const NONE: readonly BoardLink[] = []

function BoardTiles({ boards }: { boards: readonly BoardLink[] }) {
  const [path] = useLocation()
  return (
    <ul className="rail-boards">
      {boards.map(({ id, name }) => (
        <li key={id}>
          <Link href={`/b/${id}`} title={name} aria-current={isOn(path, id) ? 'page' : undefined}>
            <span aria-hidden="true">{Array.from(name.trim()).slice(0, TILE_CHARS).join('')}</span>
            <span className="visually-hidden">{name}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

/** The same on a phone, where tiles would take the place of names. */
function BoardMenu({ boards }: { boards: readonly BoardLink[] }) {
  const t = useT()
  return (
    <PopupButton
      kind="menu"
      className="rail-go rail-menu"
      popup={(place) => <BoardMenuItems boards={boards} place={place} />}
    >
      <Columns3 className="icon" aria-hidden="true" />
      <span>{t('app.boards')}</span>
    </PopupButton>
  )
}

/** Whether an address is one of a board's. */
export function isOn(path: string, id: string): boolean {
  return path === `/b/${id}` || path.startsWith(`/b/${id}/`)
}

export function Language() {
  const { language, choose, t } = useLanguage()
  return (
    <button
      type="button"
      className="rail-go"
      aria-label={t('app.language')}
      title={t('app.language')}
      onClick={() => choose(language === 'ko' ? 'en' : 'ko')}
    >
      <Languages className="icon" aria-hidden="true" />
    </button>
  )
}

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon } as const

export function Theme() {
  const { theme, next } = useTheme()
  const t = useT()
  const Icon = THEME_ICONS[theme]
  const words = t(`app.theme.${theme}`)
  return (
    <button type="button" className="rail-go" aria-label={words} title={words} onClick={next}>
      <Icon className="icon" aria-hidden="true" />
    </button>
  )
}

function Logo() {
  return (
    <svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">
      <rect x="2" y="2" width="24" height="24" rx="6" fill="var(--accent)" />
      <path d="M8.5 9v10M14 9v6.5M19.5 9v3.5" stroke="var(--on-accent)" strokeWidth="3" strokeLinecap="round" />
    </svg>
  )
}
