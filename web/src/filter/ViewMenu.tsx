// How the board is looked at, beyond which cards: lanes, what is off the board, and what is read out.

import { Archive } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { Item, Menu, MenuLine } from '../app/Menu.tsx'
import type { Place } from '../app/PopupButton.tsx'
import { quietMoves, setQuietMoves } from '../app/settings.ts'
import { useBoard } from '../board/board-context.tsx'
import { GROUPS } from '../board/filter.ts'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import { useFilter } from './FilterBar.tsx'

export function ViewMenu({ place }: { place: Place }) {
  const board = useBoard()
  const t = useT()
  const filter = useFilter()
  const isQuiet = useSignal(quietMoves, (quiet) => quiet)
  return (
    <Menu place={place}>
      <DropdownMenu.Label className="menu-label">{t('view.group')}</DropdownMenu.Label>
      <DropdownMenu.RadioGroup
        value={filter.group ?? 'none'}
        onValueChange={(value) => board.look({ ...filter, group: GROUPS.find((group) => group === value) ?? null })}
      >
        {(['none', ...GROUPS] as const).map((group) => (
          <DropdownMenu.RadioItem key={group} value={group} className="menu-item menu-choice">
            {t(`view.group.${group}`)}
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
      <MenuLine />
      <Item
        icon={<Archive />}
        words={t('view.archive')}
        onSelect={() => requestAnimationFrame(() => board.panel.set({ kind: 'archive' }))}
      />
      <MenuLine />
      <DropdownMenu.CheckboxItem
        className="menu-item menu-choice"
        checked={isQuiet}
        onCheckedChange={(isOn) => setQuietMoves(isOn)}
      >
        {t('view.mute')}
      </DropdownMenu.CheckboxItem>
    </Menu>
  )
}
