// Cards that this one has to do with: what blocks it, what waits for it, what is like it.

import { X } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { announce } from '../app/announce.tsx'
import { titleOf } from '../board/actions.ts'
import { useBoard, useSnapshot } from '../board/board-context.tsx'
import { isShown } from '../board/board-store.ts'
import { cardNumber } from '../board/CardFacts.tsx'
import type { CardData, LinkKind } from '../board/read.ts'
import { Picker } from '../fields/Picker.tsx'
import { useT } from '../i18n/index.ts'

/** A link as this card sees it: the kind, and which way it goes. */
const SIDES = ['blockedBy', 'blocks', 'relates', 'duplicates', 'duplicatedBy'] as const
type Side = (typeof SIDES)[number]

const KINDS: Record<Side, LinkKind> = {
  blockedBy: 'blocks',
  blocks: 'blocks',
  relates: 'relates',
  duplicates: 'duplicates',
  duplicatedBy: 'duplicates',
}

/** The card that a link is written on, and the one that it names. */
interface Linked {
  readonly side: Side
  readonly other: CardData
  readonly from: string
  readonly to: string
}

export function Links({ card, canEdit }: { card: CardData; canEdit: boolean }) {
  const t = useT()
  const links = useLinks(card)
  return (
    <>
      {SIDES.map((side) => {
        const linked = links.filter((link) => link.side === side)
        if (linked.length === 0) return null
        return (
          <div key={side} className="field-row" data-wide>
            <dt>{t(`link.${side}`)}</dt>
            <dd className="links">
              {linked.map((link) => (
                <LinkLine key={`${link.from} ${link.to}`} link={link} canEdit={canEdit} />
              ))}
            </dd>
          </div>
        )
      })}
      {canEdit && (
        <div className="field-row" data-wide>
          <dt>{t('link.title')}</dt>
          <dd>
            <AddLink card={card} />
          </dd>
        </div>
      )}
    </>
  )
}

function useLinks(card: CardData): Linked[] {
  const { store } = useBoard()
  useSnapshot()
  const out = card.links.map(({ kind, to }) => ({ side: kind, from: card.id, to, id: to }))
  const into = store.linksTo(card.id).map(({ kind, from }) => {
    const side: Side = kind === 'blocks' ? 'blockedBy' : kind === 'duplicates' ? 'duplicatedBy' : 'relates'
    return { side, from, to: card.id, id: from }
  })
  return [...out, ...into].flatMap(({ id, ...link }) => {
    const other = store.card(id)
    return other && isShown(other) ? [{ ...link, other }] : []
  })
}

function LinkLine({ link: { side, other, from, to }, canEdit }: { link: Linked; canEdit: boolean }) {
  const board = useBoard()
  const t = useT()
  const snapshot = useSnapshot()
  const category = board.store.columnOf(other.id)?.column.category ?? 'todo'
  const number = cardNumber(other, snapshot)
  const title = other.title || t('card.untitled')
  return (
    <span className="link-line">
      <button type="button" className="link-open" onClick={() => board.openCard(other.id)} title={title}>
        <i className={`state state-${category}`} />
        {number && <b>{number}</b>}
        <span className="cut" dir="auto">
          {title}
        </span>
      </button>
      {canEdit && (
        <button
          type="button"
          className="button button-icon link-remove"
          aria-label={t('link.remove', { title: title.slice(0, 80) })}
          title={t('link.removeHint')}
          onClick={() => {
            board.edits.unlink(from, KINDS[side], to)
            announce(t('link.removed'))
          }}
        >
          <X className="icon" aria-hidden="true" />
        </button>
      )}
    </span>
  )
}

/** The ways in which one can begin a link; its other end is seen from the other card. */
const CHOICES = ['blockedBy', 'blocks', 'relates', 'duplicates'] as const

function AddLink({ card }: { card: CardData }) {
  const board = useBoard()
  const t = useT()
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger className="field-value" aria-label={t('link.add')}>
        <span className="field-none">{t('field.add')}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="menu field-menu link-menu"
          aria-label={t('link.add')}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={(event) => event.preventDefault()}
        >
          <span className="sheet-grip" aria-hidden="true" />
          <LinkPicker
            card={card}
            onLinked={(other) => {
              setOpen(false)
              announce(t('link.added', { title: titleOf(board, other) }))
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function LinkPicker({ card, onLinked }: { card: CardData; onLinked: (other: string) => void }) {
  const board = useBoard()
  const t = useT()
  const snapshot = useSnapshot()
  const [side, setSide] = useState<(typeof CHOICES)[number]>('blockedBy')
  const [refused, setRefused] = useState<string | null>(null)
  const options = [...board.store.cards()]
    .filter((other) => other.id !== card.id && isShown(other))
    .sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
    .map((other) => ({
      id: other.id,
      words: other.title || t('card.untitled'),
      also: cardNumber(other, snapshot) ?? '',
      hint: cardNumber(other, snapshot) ?? '',
      state: false as const,
    }))
  const link = (other: string): void => {
    const [from, to] = side === 'blockedBy' ? [other, card.id] : [card.id, other]
    if (board.edits.link(from, KINDS[side], to)) onLinked(other)
    else setRefused(t('link.cycle', { title: titleOf(board, other).slice(0, 60) }))
  }
  return (
    <>
      <fieldset className="link-sides">
        <legend className="visually-hidden">{t('link.kind')}</legend>
        {CHOICES.map((choice) => (
          <label key={choice} data-on={choice === side || undefined}>
            <input
              type="radio"
              name="link-side"
              className="visually-hidden"
              checked={choice === side}
              onChange={() => {
                setSide(choice)
                setRefused(null)
              }}
            />
            {t(`link.${choice}`)}
          </label>
        ))}
      </fieldset>
      {refused && (
        <p className="link-refused" role="alert">
          {refused}
        </p>
      )}
      <Picker label={t('link.card')} hint={t('link.searchHint')} options={options} onPick={link} max={30} />
    </>
  )
}
