// My cards over all boards, by when they are due.

import { ChevronDown, ChevronsUp, ChevronUp } from 'lucide-react'
import { Link } from 'wouter'
import { boardPath } from '../app/routes.ts'
import { dueWords } from '../board/due.ts'
import { useT } from '../i18n/index.ts'
import { byDue, GROUPS, type MyCard } from './home-data.ts'

const PRIORITY_ICONS = { urgent: ChevronsUp, high: ChevronUp, low: ChevronDown } as const

export function MyCards({ cards }: { cards: readonly MyCard[] }) {
  const t = useT()
  const groups = byDue(cards, Date.now())
  if (cards.length === 0) {
    return (
      <div className="home-empty">
        <p>{t('home.noCards')}</p>
        <p className="quiet">{t('home.noCardsDetail')}</p>
      </div>
    )
  }
  return GROUPS.map((group) => {
    const list = groups.get(group)
    if (!list) return null
    return (
      <section key={group} className="home-group" data-group={group}>
        <h3>
          {t(`home.group.${group}`)}
          <span className="quiet">{list.length}</span>
        </h3>
        <ul className="home-list">
          {list.map((card) => (
            <li key={`${card.board} ${card.card}`}>
              <CardLine card={card} />
            </li>
          ))}
        </ul>
      </section>
    )
  })
}

function CardLine({ card }: { card: MyCard }) {
  const t = useT()
  const due = card.due === null ? null : dueWords(card.due, Date.now())
  const { priority } = card
  const isMarked = priority === 'urgent' || priority === 'high' || priority === 'low'
  const Icon = isMarked ? PRIORITY_ICONS[priority] : null
  return (
    <Link href={boardPath(card.board, { card: card.card })} className="home-card">
      <span className="home-number">{card.number}</span>
      {Icon && isMarked && (
        <Icon className={`icon home-${priority}`} role="img" aria-label={t(`card.priority.${priority}`)} />
      )}
      <span className="home-title cut">{card.title || t('card.untitled')}</span>
      <span className="home-where cut">
        {card.boardName} · {card.column}
      </span>
      {due && <span className={`home-due home-due-${due.kind}`}>{due.words}</span>}
      {card.points !== null && <span className="home-points">{t('board.points', { points: card.points })}</span>}
    </Link>
  )
}
