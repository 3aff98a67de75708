// Moving a card without dragging: choose a column, or a step.

import { Check } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useT } from '../i18n/index.ts'
import { type BoardModel, useSnapshot, whereIs } from './board-context.tsx'
import { moveAndSay, placeOfStep, type Step, titleOf } from './moves.ts'

const STEPS = ['top', 'up', 'down', 'bottom'] as const satisfies readonly Step[]

interface Props {
  readonly model: BoardModel
  readonly card: string
  readonly onClose: () => void
}

export default function MoveDialog({ model, card, onClose }: Props) {
  const t = useT()
  const { columns } = useSnapshot(model.store)
  const here = whereIs(model.store, card)?.view.column.id
  const done = (): void => onClose()
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog move-dialog" aria-describedby={undefined}>
          <Dialog.Title asChild>
            <h2>{t('move.title')}</h2>
          </Dialog.Title>
          <p className="dialog-about cut">{titleOf(model, card)}</p>
          <ul>
            {columns.map((view) => (
              <li key={view.column.id}>
                <button
                  type="button"
                  className="menu-item"
                  aria-current={view.column.id === here}
                  onClick={() => {
                    if (view.column.id !== here) moveAndSay(model, card, { column: view.column.id, before: view.cards[0] ?? null })
                    done()
                  }}
                >
                  <span className="cut">{view.column.name}</span>
                  <span className="column-count">{view.cards.length}</span>
                  {view.column.id === here && (
                    <span className="move-here">
                      <Check className="icon" aria-hidden="true" />
                      {t('move.here')}
                    </span>
                  )}
                </button>
              </li>
            ))}
          </ul>
          <div className="move-steps">
            {STEPS.map((step) => {
              const to = placeOfStep(model, card, step)
              return (
                <button
                  key={step}
                  type="button"
                  className="button button-edge"
                  disabled={to === null}
                  onClick={() => to && moveAndSay(model, card, to)}
                >
                  {t(`move.${step}`)}
                </button>
              )
            })}
          </div>
          <Dialog.Close className="button button-edge dialog-close">{t('app.close')}</Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
