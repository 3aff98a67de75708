// What the menu on a card offers: every way to change it without dragging.

import { Archive, Copy, MoveRight, PanelRight, Pencil, SquareCheck, Trash2 } from 'lucide-react'
import { Item, Menu, MenuLine } from '../app/Menu.tsx'
import type { Place } from '../app/PopupButton.tsx'
import { useT } from '../i18n/index.ts'
import { archiveCards, copyCards, deleteCards } from './actions.ts'
import { useBoard } from './board-context.tsx'
import { cardElement } from './focus.ts'
import { actedOn, toggleSelected } from './selection.ts'

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
      <Item icon={<SquareCheck />} words={t('card.select')} hint="X" onSelect={() => toggleSelected(board, id)} />
      <Item icon={<Copy />} words={t('card.copy')} onSelect={() => copyCards(board, actedOn(board, id))} />
      <MenuLine />
      <Item
        icon={<Archive />}
        words={t('card.archive')}
        hint="#"
        onSelect={() => archiveCards(board, actedOn(board, id))}
      />
      <Item
        icon={<Trash2 />}
        words={t('card.delete')}
        hint="Del"
        onSelect={() => deleteCards(board, actedOn(board, id))}
      />
    </Menu>
  )
}
