// The bar over an open card: its number, its address, who else has it open, and what can be done with all of it.

import { Archive, ChevronDown, ChevronUp, Copy, Ellipsis, Link2, MoveRight, Trash2, X } from 'lucide-react'
import { announce, toast } from '../app/announce.tsx'
import { Item, Menu, MenuLine } from '../app/Menu.tsx'
import { type Place, PopupButton } from '../app/PopupButton.tsx'
import { PHONE, useMedia } from '../app/use-media.ts'
import { archiveCards, deleteCard, titleOf } from '../board/actions.ts'
import { type BoardModel, useBoard, usePeople, useSnapshot } from '../board/board-context.tsx'
import { cardNumber } from '../board/CardFacts.tsx'
import { neighbour } from '../board/focus.ts'
import { closeCard } from '../board/keys.ts'
import type { CardData } from '../board/read.ts'
import { t as say, useT } from '../i18n/index.ts'
import { Avatar } from '../presence/Avatar.tsx'
import { Status } from '../status/Status.tsx'

/** More would push the buttons out. */
const VIEWERS_MAX = 4

export function Head({ card, canEdit }: { card: CardData; canEdit: boolean }) {
  const board = useBoard()
  const t = useT()
  const snapshot = useSnapshot()
  const number = cardNumber(card, snapshot)
  // There the card covers the bar that says whether edits are saved.
  const coversBar = useMedia(PHONE)
  const go = (key: string): void => {
    const next = neighbour(board, card.id, key)
    if (next) board.openCard(next)
  }
  return (
    <header className="drawer-head">
      <span className="quiet drawer-path">
        <span className="cut drawer-board">{snapshot.name}</span>
        {number && (
          <b>
            <span className="drawer-board">/ </span>
            {number}
          </b>
        )}
      </span>
      <IconButton words={t('drawer.copyLink')} onClick={() => void copyAddress()}>
        <Link2 className="icon" aria-hidden="true" />
      </IconButton>
      <span className="drawer-push" />
      {coversBar && <Status />}
      <Viewers id={card.id} />
      <span className="drawer-steps">
        <IconButton words={t('card.previous')} onClick={() => go('ArrowUp')}>
          <ChevronUp className="icon" aria-hidden="true" />
        </IconButton>
        <IconButton words={t('card.next')} onClick={() => go('ArrowDown')}>
          <ChevronDown className="icon" aria-hidden="true" />
        </IconButton>
      </span>
      {canEdit && (
        <PopupButton
          kind="menu"
          className="button button-icon"
          label={t('card.menu', { title: card.title.slice(0, 80) })}
          popup={(place) => <CardMenu card={card} place={place} />}
        >
          <Ellipsis className="icon" aria-hidden="true" />
        </PopupButton>
      )}
      <IconButton words={t('app.close')} onClick={() => closeCard(board)}>
        <X className="icon" aria-hidden="true" />
      </IconButton>
    </header>
  )
}

function Viewers({ id }: { id: string }) {
  const t = useT()
  const viewers = usePeople((people) => people.filter((person) => !person.isMe && person.focusCard === id))
  const rest = viewers.slice(VIEWERS_MAX)
  return (
    <span className="drawer-viewers">
      {viewers.slice(0, VIEWERS_MAX).map(({ clientId, name, color }) => (
        <Avatar key={clientId} name={name} color={color} size={20} label={t('people.opened', { name })} />
      ))}
      {rest.length > 0 && (
        <span className="quiet" title={rest.map(({ name }) => name).join(', ')}>
          +{rest.length}
        </span>
      )}
    </span>
  )
}

function CardMenu({ card, place }: { card: CardData; place: Place }) {
  const board = useBoard()
  const t = useT()
  return (
    <Menu place={place}>
      <Item
        icon={<MoveRight />}
        words={t('card.move')}
        onSelect={() => requestAnimationFrame(() => board.moveMenu.set(card.id))}
      />
      <Item icon={<Copy />} words={t('drawer.copy')} onSelect={() => copyCard(board, card.id)} />
      {!card.isArchived && (
        <Item icon={<Archive />} words={t('drawer.archive')} onSelect={() => archiveCards(board, [card.id])} />
      )}
      {!card.isDeleted && (
        <>
          <MenuLine />
          <Item icon={<Trash2 />} words={t('card.delete')} onSelect={() => deleteCard(board, card.id)} />
        </>
      )}
    </Menu>
  )
}

function IconButton({ words, onClick, children }: { words: string; onClick: () => void; children: React.ReactNode }) {
  return (
    <button type="button" className="button button-icon" aria-label={words} title={words} onClick={onClick}>
      {children}
    </button>
  )
}

/** The address of the open card is that of the page. */
async function copyAddress(): Promise<void> {
  const copied = await navigator.clipboard?.writeText(location.href).then(
    () => true,
    () => false,
  )
  const words = copied ? say('drawer.linkCopied') : say('drawer.linkIs', { url: location.href })
  announce(words)
  toast(words)
}

function copyCard(board: BoardModel, id: string): void {
  const copy = board.edits.copyCard(id)
  if (copy === null) return
  announce(say('drawer.copied', { title: titleOf(board, id) }))
  board.openCard(copy)
}
