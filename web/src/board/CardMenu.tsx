// The menu on a card: every way to change it without dragging.

import { Ellipsis, MoveRight, PanelRight, Pencil, Trash2 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { useT } from '../i18n/index.ts'
import { deleteCard } from './actions.ts'
import { useBoard } from './board-context.tsx'
import { cardElement } from './focus.ts'

export function CardMenu({ id, title }: { id: string; title: string }) {
  const board = useBoard()
  const t = useT()
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        className="button button-icon card-menu"
        aria-label={t('card.menu', { title })}
        tabIndex={-1}
      >
        <Ellipsis className="icon" aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          align="end"
          sideOffset={2}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
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
          <DropdownMenu.Separator className="menu-line" />
          <Item icon={<Trash2 />} words={t('card.delete')} hint="Del" onSelect={() => deleteCard(board, id)} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

interface ItemProps {
  readonly icon: ReactNode
  readonly words: string
  readonly hint?: string
  readonly isDisabled?: boolean
  readonly onSelect: () => void
}

export function Item({ icon, words, hint, isDisabled = false, onSelect }: ItemProps) {
  return (
    <DropdownMenu.Item className="menu-item" disabled={isDisabled} onSelect={onSelect}>
      <span className="menu-icon" aria-hidden="true">
        {icon}
      </span>
      {words}
      {hint && <kbd aria-hidden="true">{hint}</kbd>}
    </DropdownMenu.Item>
  )
}
