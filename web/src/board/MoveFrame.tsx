// Where to? What every such question looks like: what is moved, the places to choose from, and the steps within the place
// where it is. A dialog on a desk, a sheet on a phone.

import { ArrowDown, ArrowDownToLine, ArrowUp, ArrowUpToLine } from 'lucide-react'
import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { useT } from '../i18n/index.ts'
import './move.css'

export const MOVE_STEPS = ['top', 'up', 'down', 'bottom'] as const
export type MoveStep = (typeof MOVE_STEPS)[number]

const ICONS = { top: ArrowUpToLine, up: ArrowUp, down: ArrowDown, bottom: ArrowDownToLine }

interface Props {
  readonly title: string
  readonly what: ReactNode
  /** What the places are, for screen readers. */
  readonly label: string
  readonly children: ReactNode
  /** `can` says which steps lead anywhere. */
  readonly steps: {
    readonly label: string | undefined
    readonly can: (step: MoveStep) => boolean
    readonly go: (step: MoveStep) => void
  } | null
  readonly onClose: () => void
  /** Takes the focus back to what was moved. */
  readonly focus: () => void
}

export function MoveFrame({ title, what, label, children, steps, onClose, focus }: Props) {
  const t = useT()
  return (
    <Dialog.Root open onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content
          className="dialog sheet move"
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            focus()
          }}
        >
          <span className="sheet-grip" aria-hidden="true" />
          <Dialog.Title>{title}</Dialog.Title>
          <p className="cut move-card">{what}</p>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset brings its own layout */}
          <div className="move-columns" role="group" aria-label={label}>
            {children}
          </div>
          {steps && (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset brings its own layout
            <div className="move-steps" role="group" aria-label={steps.label}>
              {MOVE_STEPS.map((step) => {
                const Icon = ICONS[step]
                return (
                  <button
                    key={step}
                    type="button"
                    className="button button-edge"
                    disabled={!steps.can(step)}
                    onClick={() => steps.go(step)}
                  >
                    <Icon className="icon" aria-hidden="true" />
                    {t(`move.${step}`)}
                  </button>
                )
              })}
            </div>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
