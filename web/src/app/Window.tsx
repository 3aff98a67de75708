// A window over the app, with its title and the way out. Only parts that are loaded on demand may import it.

import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { type ReactNode, useRef } from 'react'
import { useT } from '../i18n/index.ts'
import './window.css'

interface Props {
  readonly title: string
  readonly className?: string
  readonly onClose: () => void
  readonly children: ReactNode
}

export function Window({ title, className, onClose, children }: Props) {
  const t = useT()
  const content = useRef<HTMLDivElement>(null)
  return (
    <Dialog.Root open onOpenChange={(isOpen) => isOpen || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content
          ref={content}
          className={`dialog window ${className ?? ''}`}
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            event.preventDefault()
            // Where one begins to type; else the window itself, so that its title is read.
            const field = content.current?.querySelector<HTMLElement>('input:not([type]), input[type=text]')
            ;(field ?? content.current)?.focus()
          }}
        >
          <div className="dialog-head">
            <Dialog.Title>{title}</Dialog.Title>
            <Dialog.Close className="button button-icon" aria-label={t('app.close')}>
              <X className="icon" aria-hidden="true" />
            </Dialog.Close>
          </div>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
