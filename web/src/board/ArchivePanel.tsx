// What is off the board and can come back: archived cards, and deleted ones for thirty days.

import { useVirtualizer } from '@tanstack/react-virtual'
import { RotateCcw, X } from 'lucide-react'
import { Dialog, Tabs } from 'radix-ui'
import { useRef } from 'react'
import { announce } from '../app/announce.tsx'
import { useT } from '../i18n/index.ts'
import { useBoard, useSnapshot } from './board-context.tsx'
import { cardNumber } from './CardFacts.tsx'
import { formatMoment } from './due.ts'
import type { CardData } from './read.ts'

const DAY_MS = 86_400_000
const KEPT_DAYS = 30
const ROW_PX = 52

export function ArchivePanel({ onClose }: { onClose: () => void }) {
  const board = useBoard()
  const t = useT()
  useSnapshot()
  const now = Date.now()
  const cards = [...board.store.cards()]
  const archived = cards.filter((card) => card.isArchived && !card.isDeleted).sort(newest)
  const trash = cards.filter((card) => card.isDeleted && daysLeft(card, now) >= 0).sort(newest)
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
              <CardRows cards={archived} restore={(id) => board.edits.setField([id], 'archived', false)} />
            </Tabs.Content>
            <Tabs.Content value="trash">
              <p className="archive-keeps">{t(trash.length === 0 ? 'archive.noneTrash' : 'archive.keeps')}</p>
              <CardRows cards={trash} restore={(id) => board.edits.restoreCard(id)} />
            </Tabs.Content>
          </Tabs.Root>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

interface RowsProps {
  readonly cards: readonly CardData[]
  readonly restore: (id: string) => void
}

/** An archive may hold years of cards: only those in view are drawn. */
function CardRows({ cards, restore }: RowsProps) {
  const board = useBoard()
  const t = useT()
  const snapshot = useSnapshot()
  const list = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: cards.length,
    getScrollElement: () => list.current,
    estimateSize: () => ROW_PX,
    initialRect: { width: 400, height: 500 },
  })
  const nameOf = (id: string | null): string => (id && snapshot.members.get(id)?.name) || t('people.somebody')
  const columnOf = (card: CardData): string =>
    snapshot.columns.find(({ column }) => column.id === card.position?.column)?.column.name ?? ''
  return (
    <div ref={list} className="archive-rows">
      <ul style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const card = cards[item.index]
          if (!card) return null
          const title = card.title || t('card.untitled')
          return (
            <li key={card.id} style={{ transform: `translateY(${item.start}px)` }}>
              <span className="archive-card">
                <span className="cut">{title}</span>
                <small>
                  {[cardNumber(card, snapshot), columnOf(card)].filter(Boolean).join(' · ')}
                  {card.deletedAt !== null &&
                    ` · ${t('archive.deletedBy', { name: nameOf(card.deletedBy) })} · ${formatMoment(card.deletedAt)} · ${t('archive.daysLeft', { days: daysLeft(card, Date.now()) })}`}
                </small>
              </span>
              {board.canEdit.get() && (
                <button
                  type="button"
                  className="button button-edge"
                  aria-label={t('archive.restoreCard', { title })}
                  onClick={() => {
                    restore(card.id)
                    board.lens.keep(card.id)
                    announce(t('card.restored'))
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

/** Whole days for which a deleted card can still be restored; negative when they are over. */
function daysLeft({ deletedAt }: CardData, now: number): number {
  return deletedAt === null ? -1 : Math.floor((deletedAt + KEPT_DAYS * DAY_MS - now) / DAY_MS)
}

function newest(a: CardData, b: CardData): number {
  return (b.deletedAt ?? b.createdAt ?? 0) - (a.deletedAt ?? a.createdAt ?? 0)
}
