// Where to? The click-only way to do what a drag does: a dialog on a desk, a sheet on a phone.

import { Check } from 'lucide-react'
import { useT } from '../i18n/index.ts'
import { moveCards, placeOfStep, stepCards } from './actions.ts'
import { useBoard, useCardData, useSnapshot, whereIs } from './board-context.tsx'
import { cardNumber } from './CardFacts.tsx'
import { WipBadge } from './ColumnHead.tsx'
import { focusCard } from './focus.ts'
import { MoveFrame } from './MoveFrame.tsx'
import { actedOn } from './selection.ts'
import { useSignal } from './signal.ts'

export function MoveMenu() {
  const board = useBoard()
  const id = useSignal(board.moveMenu, (card) => card)
  return id === null ? null : <Menu id={id} />
}

function Menu({ id }: { id: string }) {
  const board = useBoard()
  const t = useT()
  const snapshot = useSnapshot()
  const card = useCardData(id)
  const here = whereIs(board.store, id)
  const ids = actedOn(board, id)
  const close = (): void => board.moveMenu.set(null)
  if (!card) return null
  const number = cardNumber(card, snapshot)
  const what = (
    <>
      {number && <span>{number} </span>}
      {card.title}
    </>
  )
  return (
    <MoveFrame
      title={t('move.where')}
      what={ids.length > 1 ? t('move.many', { count: ids.length }) : what}
      label={t('move.column')}
      steps={{
        label: here?.view.column.name,
        can: (step) => placeOfStep(board, id, step, ids) !== null,
        go: (step) => {
          close()
          stepCards(board, id, ids, step)
        },
      }}
      onClose={close}
      focus={() => focusCard(board, id)}
    >
      {snapshot.columns.map(({ column, cards }) => {
        const isHere = ids.every((card) => cards.includes(card))
        return (
          <button
            key={column.id}
            type="button"
            className="menu-item"
            disabled={isHere}
            onClick={() => {
              close()
              moveCards(board, ids, { column: column.id, before: null })
            }}
          >
            <span className="cut move-name">{column.name}</span>
            {isHere ? (
              <>
                <span className="quiet">{t('move.here')}</span>
                <Check className="icon" aria-hidden="true" />
              </>
            ) : column.wip ? (
              <WipBadge count={cards.length} n={column.wip.n} />
            ) : (
              <span className="quiet">{cards.length}</span>
            )}
          </button>
        )
      })}
    </MoveFrame>
  )
}
