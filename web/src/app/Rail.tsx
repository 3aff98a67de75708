// The rail on the left (below on a phone): boards, language, theme, me.

import { Languages, Monitor, Moon, Sun } from 'lucide-react'
import { Popover } from 'radix-ui'
import { Link, useRoute } from 'wouter'
import { useLanguage } from '../i18n/index.ts'
import { Avatar } from '../presence/Avatar.tsx'
import { changeMe, useMe } from '../presence/me.ts'
import { COLORS } from '../presence/people.ts'
import { useTheme } from './theme.ts'
import type { BoardEntry } from './workspace.ts'

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon } as const

export function Rail({ boards }: { boards: readonly BoardEntry[] }) {
  const { language, choose, t } = useLanguage()
  const { theme, next } = useTheme()
  const ThemeIcon = THEME_ICONS[theme]
  return (
    <nav className="rail" aria-label={t('app.boards')}>
      <img className="rail-logo" src="/favicon.svg" alt="CalIT" width="28" height="28" />
      <ul className="rail-boards">
        {boards.map((board) => (
          <li key={board.id}>
            <BoardLink board={board} />
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="rail-button"
        aria-label={t('app.language')}
        title={t('app.language')}
        onClick={() => choose(language === 'ko' ? 'en' : 'ko')}
      >
        <Languages className="icon" aria-hidden="true" />
      </button>
      <button type="button" className="rail-button" aria-label={t(`app.theme.${theme}`)} title={t(`app.theme.${theme}`)} onClick={next}>
        <ThemeIcon className="icon" aria-hidden="true" />
      </button>
      <Profile />
    </nav>
  )
}

function BoardLink({ board }: { board: BoardEntry }) {
  const [isHere] = useRoute(`/b/${board.id}/*?`)
  const initials = Array.from(board.name.replace(/\s/g, '')).slice(0, 2).join('')
  return (
    <Link href={`/b/${board.id}`} className="rail-board" aria-current={isHere ? 'page' : undefined} title={board.name} aria-label={board.name}>
      <span aria-hidden="true">{initials}</span>
    </Link>
  )
}

function Profile() {
  const { t } = useLanguage()
  const me = useMe()
  return (
    <Popover.Root>
      <Popover.Trigger className="rail-button" aria-label={t('me.open', { name: me.name })} title={me.name}>
        <Avatar name={me.name} color={me.color} size={28} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover" side="right" align="end" sideOffset={8} collisionPadding={12} aria-label={t('me.title')}>
          <h2>{t('me.title')}</h2>
          <label className="me-name">
            {t('me.name')}
            <input
              className="field"
              defaultValue={me.name}
              maxLength={40}
              onChange={(event) => event.target.value.trim() && changeMe({ name: event.target.value.trim() })}
            />
          </label>
          <fieldset className="me-colors">
            <legend>{t('me.color')}</legend>
            {Array.from({ length: COLORS }, (_, index) => index + 1).map((color) => (
              <label key={color} style={{ '--person': `var(--person-${color})` } as React.CSSProperties}>
                <input
                  type="radio"
                  name="color"
                  aria-label={t('me.colorOption', { n: color })}
                  checked={me.color === color}
                  onChange={() => changeMe({ color })}
                />
              </label>
            ))}
          </fieldset>
          <p className="popover-hint">{t('me.hint')}</p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
