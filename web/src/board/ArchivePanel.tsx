// What is off the board and can come back: archived cards, and all that was deleted in the last thirty days.

import { useVirtualizer } from '@tanstack/react-virtual'
import { RotateCcw, X } from 'lucide-react'
import { Dialog, Tabs } from 'radix-ui'
import { useMemo, useRef } from 'react'
import { announce } from '../app/announce.tsx'
import { type Translate, useT } from '../i18n/index.ts'
import { useBoard, useSnapshot } from './board-context.tsx'
import type { BoardSnapshot } from './board-store.ts'
import { cardNumber } from './CardFacts.tsx'
import { formatMoment } from './due.ts'
import type { CardData } from './read.ts'
import { daysLeft, restore, type Trashed, trashOf } from './trash.ts'
import './archive.css'

const ROW_PX = 52

export function ArchivePanel({ onClose }: { onClose: () => void }) {
  const board = useBoard()
  const t = useT()
  const snapshot = useSnapshot()
  // The snapshot is another whenever the board changed.
  const [archived, trash] = useMemo(
    () => [archivedOf(board.store.cards()), trashOf(board.store, Date.now())],
    [board, snapshot],
  )
  const archivedRow = (card: CardData): Row => ({
    key: card.id,
    name: card.title || t('card.untitled'),
    facts: [cardNumber(card, snapshot), columnOf(card, snapshot)],
    restore: () => {
      board.edits.setField([card.id], 'archived', false)
      board.lens.keep(card.id)
    },
  })
  const trashRow = (part: Trashed): Row => ({
    key: `${part.kind} ${part.card} ${part.id}`,
    name: part.name || t(part.kind === 'sprint' ? 'sprint.unnamed' : 'card.untitled'),
    facts: [
      ...what(part, board.store.card(part.card ?? part.id), snapshot, t),
      t('archive.deletedBy', { name: (part.by && snapshot.members.get(part.by)?.name) || t('people.somebody') }),
      formatMoment(part.at),
      t('archive.daysLeft', { days: daysLeft(part.at, Date.now()) }),
    ],
    restore: () => {
      restore(board.edits, part)
      if (part.kind === 'card') board.lens.keep(part.id)
    },
  })
  return (
    <Dialog.Root open onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog sheet archive" aria-describedby={undefined}>
          <div className="dialog-head">
            <Dialog.Title>{t('archive.title')}</Dialog.Title>
            <Dialog.Close className="button button-icon" aria-label={t('app.close')}>
              <X className="icon" aria-hidden="true" />
            </Dialog.Close>
          </div>
          <Tabs.Root defaultValue={archived.length === 0 && trash.length > 0 ? 'trash' : 'archived'}>
            <Tabs.List className="archive-tabs" aria-label={t('archive.title')}>
              <Tabs.Trigger value="archived">
                {t('archive.archived')} <span>{archived.length}</span>
              </Tabs.Trigger>
              <Tabs.Trigger value="trash">
                {t('archive.trash')} <span>{trash.length}</span>
              </Tabs.Trigger>
            </Tabs.List>
            <Tabs.Content value="archived">
              {archived.length === 0 && <p className="archive-none">{t('archive.none')}</p>}
              <Rows of={archived} row={archivedRow} />
            </Tabs.Content>
            <Tabs.Content value="trash">
              <p className="archive-keeps">{t(trash.length === 0 ? 'archive.noneTrash' : 'archive.keeps')}</p>
              <Rows of={trash} row={trashRow} />
            </Tabs.Content>
          </Tabs.Root>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Something that can come back, in words. */
interface Row {
  readonly key: string
  readonly name: string
  readonly facts: readonly (string | null)[]
  readonly restore: () => void
}

interface RowsProps<Part> {
  readonly of: readonly Part[]
  readonly row: (part: Part) => Row
}

/** An archive may hold years of cards: only those in view are drawn. */
function Rows<Part>({ of, row }: RowsProps<Part>) {
  const board = useBoard()
  const t = useT()
  const list = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: of.length,
    getScrollElement: () => list.current,
    estimateSize: () => ROW_PX,
    initialRect: { width: 400, height: 500 },
  })
  return (
    <div ref={list} className="archive-rows">
      <ul style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const part = of[item.index]
          if (part === undefined) return null
          const { key, name, facts, restore } = row(part)
          return (
            <li key={key} style={{ transform: `translateY(${item.start}px)` }}>
              <span className="archive-card">
                <span className="cut">{name}</span>
                <small>{facts.filter(Boolean).join(' · ')}</small>
              </span>
              {board.canEdit.get() && (
                <button
                  type="button"
                  className="button button-edge"
                  aria-label={t('archive.restoreNamed', { name })}
                  onClick={() => {
                    restore()
                    announce(t('archive.restored', { name }))
                  }}
                >
                  <RotateCcw className="icon" aria-hidden="true" />
                  {t('archive.restore')}
                </button>
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** What a deleted part was: a card by its number and column, everything else by its kind. */
function what(part: Trashed, card: CardData | null, snapshot: BoardSnapshot, t: Translate): (string | null)[] {
  if (part.kind === 'card') return card ? [cardNumber(card, snapshot), columnOf(card, snapshot)] : []
  if (part.kind === 'item' || part.kind === 'comment') {
    return [t(`archive.${part.kind}`, { title: card?.title || t('card.untitled') })]
  }
  return [t(`archive.${part.kind}`)]
}

function columnOf(card: CardData, { columns }: BoardSnapshot): string | null {
  return columns.find(({ column }) => column.id === card.position?.column)?.column.name ?? null
}

function archivedOf(cards: Iterable<CardData>): CardData[] {
  const archived = [...cards].filter((card) => card.isArchived && !card.isDeleted)
  return archived.sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
}
