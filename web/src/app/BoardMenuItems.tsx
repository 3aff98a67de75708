// The boards as a menu.

import { DropdownMenu } from 'radix-ui'
import { useLocation } from 'wouter'
import { Menu } from './Menu.tsx'
import type { Place } from './PopupButton.tsx'
import { isOn } from './Rail.tsx'
import type { BoardLink } from './workspace.ts'

export function BoardMenuItems({ boards, place }: { boards: readonly BoardLink[]; place: Place }) {
  const [path, navigate] = useLocation()
  return (
    <Menu place={place} side="top" align="start" sideOffset={8}>
      <DropdownMenu.RadioGroup
        value={boards.find(({ id }) => isOn(path, id))?.id ?? ''}
        onValueChange={(id) => navigate(`/b/${id}`)}
      >
        {boards.map(({ id, name }) => (
          <DropdownMenu.RadioItem key={id} value={id} className="menu-item">
            <span className="cut">{name}</span>
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
    </Menu>
  )
}
