// The small window behind a `PopupButton`. Only parts that are loaded on demand may import it.

import { Popover } from 'radix-ui'
import { type ReactNode, type Ref, type RefObject, useLayoutEffect } from 'react'
import type { Place } from './PopupButton.tsx'

interface Props {
  readonly place: Place
  readonly side?: 'top' | 'right' | 'bottom' | 'left'
  readonly align?: 'start' | 'center' | 'end'
  readonly sideOffset?: number
  readonly className?: string
  readonly children: ReactNode
}

export function Popup({ place, side, align = 'end', sideOffset = 6, className, children }: Props) {
  return (
    <Popover.Root open onOpenChange={(isOpen) => isOpen || place.onClose()}>
      <Popover.Trigger asChild>
        <Anchored anchor={place.anchor} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={className ?? 'popover'}
          aria-labelledby={place.labelledBy}
          side={side ?? 'bottom'}
          align={align}
          sideOffset={sideOffset}
          collisionPadding={8}
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

/** Stands in for the trigger: draws nothing, and gives the button that is there already. */
export function Anchored({ anchor, ref }: { anchor: RefObject<HTMLElement | null>; ref?: Ref<HTMLElement> }) {
  useLayoutEffect(() => {
    if (typeof ref !== 'function') return
    const stop = ref(anchor.current)
    return () => {
      if (typeof stop === 'function') stop()
      else ref(null)
    }
  }, [anchor, ref])
  return null
}
