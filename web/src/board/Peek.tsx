// A look at a card without opening it: beside the card, gone with Space or Escape, and walking along with the arrows.

import { useLayoutEffect, useRef, useState } from 'react'
import { PlainText } from '../card/description/PlainText.tsx'
import '../card/description/rich.css'
import { useT } from '../i18n/index.ts'
import { useBoard, useCardData } from './board-context.tsx'
import { CardMeta, CardTop } from './CardFacts.tsx'
import { cardElement } from './focus.ts'
import './peek.css'

const WIDTH_PX = 360
const GAP_PX = 8
const ITEMS_MAX = 8

export function Peek({ id }: { id: string }) {
  const board = useBoard()
  const t = useT()
  const card = useCardData(id)
  const ref = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState<{ left: number; top: number } | null>(null)
  useLayoutEffect(() => {
    // The card may be on its way into view.
    const frame = requestAnimationFrame(() => {
      const box = cardElement(id)?.getBoundingClientRect()
      const height = ref.current?.offsetHeight ?? 0
      if (!box) return
      const right = box.right + GAP_PX
      const left = right + WIDTH_PX < innerWidth ? right : Math.max(GAP_PX, box.left - GAP_PX - WIDTH_PX)
      setAt({ left, top: Math.max(GAP_PX, Math.min(box.top, innerHeight - height - GAP_PX)) })
    })
    return () => cancelAnimationFrame(frame)
  }, [id])
  if (!card) return null
  const description = board.store.description(id)
  return (
    <div
      ref={ref}
      className="peek"
      role="status"
      aria-label={t('card.peek')}
      style={{ width: WIDTH_PX, ...at, visibility: at ? 'visible' : 'hidden' }}
    >
      <CardTop card={card} />
      <p className="peek-title">{card.title || t('card.untitled')}</p>
      {description && (
        <div className="peek-text">
          <PlainText fragment={description} />
        </div>
      )}
      {card.checklist.length > 0 && (
        <ul className="peek-items">
          {card.checklist.slice(0, ITEMS_MAX).map((item) => (
            <li key={item.id} data-done={item.isDone || undefined}>
              {item.text}
            </li>
          ))}
        </ul>
      )}
      <CardMeta card={card} isDone={false} />
    </div>
  )
}
