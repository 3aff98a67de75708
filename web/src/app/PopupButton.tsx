// A button that opens a menu or a small window. What opens is fetched when it is first wanted, so that menus
// cost a first visit nothing; the button itself is there at once and keeps the focus.

import { type MouseEvent, type ReactNode, type RefObject, Suspense, useCallback, useId, useRef, useState } from 'react'

/** Where something opens: handed on to `Menu` or `Popup`. */
export interface Place {
  readonly anchor: RefObject<HTMLButtonElement | null>
  /** The id of the button: its words name what opens. */
  readonly labelledBy: string
  /** Opened by a key: the focus belongs on the first item. */
  readonly isByKey: boolean
  readonly onClose: () => void
}

interface Props {
  readonly kind: 'menu' | 'dialog'
  readonly className: string
  readonly label?: string
  readonly title?: string
  readonly tabIndex?: number
  readonly data?: { readonly [name: `data-${string}`]: string | undefined }
  readonly children: ReactNode
  readonly popup: (place: Place) => ReactNode
  /** Fetches what opens; called when the pointer or the focus comes near. */
  readonly prefetch?: () => void
}

export function PopupButton({ kind, className, label, title, tabIndex, data, children, popup, prefetch }: Props) {
  const [opened, setOpened] = useState<'key' | 'pointer' | null>(null)
  const anchor = useRef<HTMLButtonElement>(null)
  const id = useId()
  const onClose = useCallback(() => setOpened(null), [])
  const toggle = (event: MouseEvent): void => {
    // A click made by a key has no pointer and so no count.
    const by = event.detail === 0 ? 'key' : 'pointer'
    setOpened((current) => (current ? null : by))
  }
  return (
    <>
      <button
        {...data}
        ref={anchor}
        id={id}
        type="button"
        className={className}
        aria-label={label}
        title={title}
        tabIndex={tabIndex}
        aria-haspopup={kind}
        aria-expanded={opened !== null}
        data-state={opened ? 'open' : 'closed'}
        onClick={toggle}
        onPointerEnter={prefetch}
        onFocus={prefetch}
        onKeyDown={(event) => {
          if (kind !== 'menu' || event.key !== 'ArrowDown' || opened) return
          event.preventDefault()
          setOpened('key')
        }}
      >
        {children}
      </button>
      {opened && (
        <Suspense fallback={null}>{popup({ anchor, labelledBy: id, isByKey: opened === 'key', onClose })}</Suspense>
      )}
    </>
  )
}
