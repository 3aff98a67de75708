// The frame of the sprint dialogs: a dialog on a desk, a sheet on a phone. It is a form, so that Enter does what the
// main button says.

import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { useT } from '../../i18n/index.ts'
import './dialog.css'

interface Props {
  readonly title: string
  readonly action: string
  readonly isBusy?: boolean
  readonly isDisabled?: boolean
  /** Why the server did not do it. */
  readonly refusal?: string | null
  readonly onSubmit: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

export function Frame({
  title,
  action,
  isBusy = false,
  isDisabled = false,
  refusal,
  onSubmit,
  onClose,
  children,
}: Props) {
  const t = useT()
  return (
    <Dialog.Root open onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog sheet sprint-dialog" aria-describedby={undefined}>
          <span className="sheet-grip" aria-hidden="true" />
          <Dialog.Title>{title}</Dialog.Title>
          <form
            noValidate
            onKeyDown={(event) => {
              // Enter that ends a composed syllable is the input method's.
              const isComposing = event.nativeEvent.isComposing || event.keyCode === 229
              if (isComposing && event.key === 'Enter') event.preventDefault()
            }}
            onSubmit={(event) => {
              event.preventDefault()
              if (!isBusy && !isDisabled) onSubmit()
            }}
          >
            {children}
            {refusal && (
              <p className="sprint-refusal" role="alert">
                {refusal}
              </p>
            )}
            <footer>
              <button type="button" className="button" onClick={onClose}>
                {t('app.cancel')}
              </button>
              <button type="submit" className="button button-primary" disabled={isDisabled || isBusy}>
                {isBusy ? t('sprint.working') : action}
              </button>
            </footer>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
