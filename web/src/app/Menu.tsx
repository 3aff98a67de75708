// The menu behind a `PopupButton`. Only parts that are loaded on demand may import it: it brings the whole machinery
// of menus along.

import { DropdownMenu } from 'radix-ui'
import { type ReactNode, useEffect, useRef } from 'react'
import { Anchored } from './Popup.tsx'
import type { Place } from './PopupButton.tsx'

interface Props {
  readonly place: Place
  readonly side?: 'top' | 'right' | 'bottom' | 'left'
  readonly align?: 'start' | 'center' | 'end'
  readonly sideOffset?: number
  readonly className?: string
  /** Takes over where the focus goes when the menu closes. */
  readonly onCloseFocus?: () => void
  readonly children: ReactNode
}

export function Menu({ place, side, align = 'end', sideOffset = 2, className, onCloseFocus, children }: Props) {
  const content = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!place.isByKey) return
    // The menu takes the focus itself first; a key wants the first item.
    const frame = requestAnimationFrame(() => firstItem(content.current)?.focus())
    return () => cancelAnimationFrame(frame)
  }, [place.isByKey])
  return (
    <DropdownMenu.Root open modal={false} onOpenChange={(isOpen) => isOpen || place.onClose()}>
      <DropdownMenu.Trigger asChild>
        <Anchored anchor={place.anchor} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          ref={content}
          className={className ?? 'menu'}
          aria-labelledby={place.labelledBy}
          side={side ?? 'bottom'}
          align={align}
          sideOffset={sideOffset}
          collisionPadding={8}
          onInteractOutside={(event) => keepForButton(event, place)}
          onCloseAutoFocus={(event) => {
            if (!onCloseFocus) return
            event.preventDefault()
            onCloseFocus()
          }}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** A press on the button itself closes by the button's own click; closing here too would open it again. */
function keepForButton(event: { readonly target: EventTarget | null; preventDefault: () => void }, place: Place): void {
  if (event.target instanceof Node && place.anchor.current?.contains(event.target)) event.preventDefault()
}

function firstItem(menu: HTMLElement | null): HTMLElement | null {
  return menu?.querySelector<HTMLElement>('[role^=menuitem]:not([data-disabled])') ?? null
}

interface ItemProps {
  readonly icon?: ReactNode
  readonly words: string
  readonly hint?: string
  readonly isDisabled?: boolean
  readonly onSelect: () => void
}

/** One line of a menu. */
export function Item({ icon, words, hint, isDisabled = false, onSelect }: ItemProps) {
  return (
    <DropdownMenu.Item className="menu-item" disabled={isDisabled} onSelect={onSelect}>
      {icon && (
        <span className="menu-icon" aria-hidden="true">
          {icon}
        </span>
      )}
      {words}
      {hint && <kbd aria-hidden="true">{hint}</kbd>}
    </DropdownMenu.Item>
  )
}

export function MenuLine() {
  return <DropdownMenu.Separator className="menu-line" />
}
