// What the menu on a card offers: every way to change it without dragging.

import { MoveRight, PanelRight, Pencil, Trash2 } from 'lucide-react'
import { Item, Menu, MenuLine } from '../app/Menu.tsx'
import type { Place } from '../app/PopupButton.tsx'
import { useT } from '../i18n/index.ts'
import { deleteCard } from './actions.ts'
import { useBoard } from './board-context.tsx'
import { cardElement } from './focus.ts'

export function CardMenuItems({ id, place }: { id: string; place: Place }) {
  const board = useBoard()
  const t = useT()
  return (
    <Menu
      place={place}
      onCloseFocus={() => {
        // Whatever was chosen may have taken the focus; only an abandoned menu gives it back.
        if (document.activeElement === document.body) cardElement(id)?.focus()
      }}
    >
      <Item icon={<PanelRight />} words={t('card.open')} hint="Enter" onSelect={() => board.openCard(id)} />
      <Item
        icon={<Pencil />}
        words={t('card.rename')}
        hint="E"
        onSelect={() => requestAnimationFrame(() => board.renaming.set(id))}
      />
      <Item
        icon={<MoveRight />}
        words={t('card.move')}
        hint="M"
        onSelect={() => requestAnimationFrame(() => board.moveMenu.set(id))}
      />
      <MenuLine />
      <Item icon={<Trash2 />} words={t('card.delete')} hint="Del" onSelect={() => deleteCard(board, id)} />
    </Menu>
  )
}
