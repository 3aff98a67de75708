// Where to? The click-only way to do what a drag does: a dialog on a desk, a sheet on a phone.

import { ArrowDown, ArrowDownToLine, ArrowUp, ArrowUpToLine, Check } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useT } from '../i18n/index.ts'
import { moveCards, placeOfStep, type Step, stepCards } from './actions.ts'
import { useBoard, useCardData, useSnapshot, whereIs } from './board-context.tsx'
import { cardNumber } from './CardFacts.tsx'
import { WipBadge } from './ColumnHead.tsx'
import { focusCard } from './focus.ts'
import { actedOn } from './selection.ts'
import { useSignal } from './signal.ts'

export function MoveMenu() {
  const board = useBoard()
  const id = useSignal(board.moveMenu, (card) => card)
  return id === null ? null : <Menu id={id} />
}

const STEPS = [
  ['top', 'move.top', ArrowUpToLine],
  ['up', 'move.up', ArrowUp],
  ['down', 'move.down', ArrowDown],
  ['bottom', 'move.bottom', ArrowDownToLine],
] as const

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
  const step = (to: Step): void => {
    close()
    stepCards(board, id, ids, to)
  }
  return (
    <Dialog.Root open onOpenChange={close}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content
          className="dialog sheet move"
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            focusCard(board, id)
          }}
        >
          <span className="sheet-grip" aria-hidden="true" />
          <Dialog.Title>{t('move.where')}</Dialog.Title>
          <p className="cut move-card">
            {ids.length > 1 ? (
              t('move.many', { count: ids.length })
            ) : (
              <>
                {number && <span>{number} </span>}
                {card.title}
              </>
            )}
          </p>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset brings its own layout */}
          <div className="move-columns" role="group" aria-label={t('move.column')}>
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
          </div>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset brings its own layout */}
          <div className="move-steps" role="group" aria-label={here?.view.column.name}>
            {STEPS.map(([to, words, Icon]) => (
              <button
                key={to}
                type="button"
                className="button button-edge"
                disabled={placeOfStep(board, id, to, ids) === null}
                onClick={() => step(to)}
              >
                <Icon className="icon" aria-hidden="true" />
                {t(words)}
              </button>
            ))}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
