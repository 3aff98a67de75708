// Everybody who is on the board, by name: readable with thirty of them.

import { Item, Menu } from '../app/Menu.tsx'
import type { Place } from '../app/PopupButton.tsx'
import { useBoard, usePeople } from '../board/board-context.tsx'
import { useT } from '../i18n/index.ts'
import { Avatar } from './Avatar.tsx'
import { othersOf } from './people.ts'

export function PeopleList({ place }: { place: Place }) {
  const board = useBoard()
  const t = useT()
  const others = usePeople(othersOf)
  const sorted = [...others].sort((a, b) => Number(a.isIdle) - Number(b.isIdle) || a.name.localeCompare(b.name))
  return (
    <Menu place={place} className="menu menu-people">
      {sorted.map(({ clientId, name, color, isIdle }) => (
        <Item
          key={clientId}
          icon={<Avatar name={name} color={color} size={20} isIdle={isIdle} />}
          words={isIdle ? t('people.idle', { name }) : name}
          onSelect={() => board.following.set(clientId)}
        />
      ))}
    </Menu>
  )
}
