// The rail: where one can go, the boards at hand, and what is mine on this device. On a phone it lies at the bottom.

import { Columns3, House, Languages, Monitor, Moon, Search, Sun } from 'lucide-react'
import { useMemo } from 'react'
import { Link, useLocation } from 'wouter'
import { useSignal } from '../board/signal.ts'
import { useLanguage, useT } from '../i18n/index.ts'
import { openDialog } from './dialogs.ts'
import { lazyPart } from './lazy-part.ts'
import { PopupButton } from './PopupButton.tsx'
import { Profile } from './Profile.tsx'
import { boardPath, routeOf } from './routes.ts'
import { useTheme } from './use-theme.ts'
import { type BoardLink, favourites, inOrder, workspace } from './workspace.ts'

const loadSwitcher = () => import('./Switcher.tsx')
const Switcher = lazyPart(async () => (await loadSwitcher()).Switcher)

const TILE_CHARS = 2
/** More tiles than this would push the rest off a low screen; the switcher has all. */
const TILES_MAX = 7
const NONE: readonly BoardLink[] = []

export function Rail() {
  const t = useT()
  const [path] = useLocation()
  return (
    <nav className="rail" aria-label={t('app.places')}>
      <Link href="/" className="rail-logo" aria-label="CalIT" tabIndex={-1}>
        <Logo />
      </Link>
      <Link
        href="/"
        className="rail-go rail-place"
        aria-current={path === '/' ? 'page' : undefined}
        title={t('app.home')}
      >
        <House className="icon" aria-hidden="true" />
        <span className="rail-words">{t('app.home')}</span>
      </Link>
      <PopupButton
        kind="dialog"
        className="rail-go rail-place"
        title={t('app.boards')}
        popup={(place) => <Switcher place={place} />}
        prefetch={() => void loadSwitcher()}
      >
        <Columns3 className="icon" aria-hidden="true" />
        <span className="rail-words">{t('app.boards')}</span>
      </PopupButton>
      <span className="rail-gap" />
      <button
        type="button"
        className="rail-go rail-place"
        title={`${t('app.search')} (${isMac ? '⌘K' : 'Ctrl K'})`}
        onClick={() => openDialog({ kind: 'palette' })}
      >
        <Search className="icon" aria-hidden="true" />
        <span className="rail-words">{t('app.search')}</span>
      </button>
      <Tiles current={routeOf(path)?.board ?? null} />
      <span className="rail-push" />
      <Language />
      <Theme />
      <Profile />
    </nav>
  )
}

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** The boards at hand: favourites first. */
function Tiles({ current }: { current: string | null }) {
  const t = useT()
  const boards = useSignal(workspace, (state) => (state.kind === 'ready' ? state.boards : NONE))
  const marked = useSignal(favourites, (ids) => ids)
  const shown = useMemo(() => {
    const live = inOrder(boards, marked).filter(({ isArchived }) => !isArchived)
    const first = live.slice(0, TILES_MAX)
    // Where one is must be seen.
    const here = live.find(({ id }) => id === current)
    return here && !first.includes(here) ? [...first.slice(0, -1), here] : first
  }, [boards, marked, current])
  if (shown.length === 0) return null
  return (
    <ul className="rail-boards" aria-label={t('app.boards')}>
      {shown.map(({ id, name }) => (
        <li key={id}>
          <Link href={boardPath(id)} title={name} aria-current={id === current ? 'page' : undefined}>
            <span aria-hidden="true">{Array.from(name.trim()).slice(0, TILE_CHARS).join('')}</span>
            <span className="visually-hidden">{name}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Language() {
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

function Theme() {
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
