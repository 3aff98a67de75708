// The list of what can be chosen while typing, below the caret. The focus stays in the text, which names the choice.

import { useEffect, useLayoutEffect, useRef } from 'react'
import { createPortal } from 'react-dom'
import { useSignal } from '../../board/signal.ts'
import type { SuggestItem, SuggestSignal } from './suggest-signal.ts'

const GAP = 4

interface Props<Item extends SuggestItem> {
  readonly id: string
  readonly label: string
  readonly signal: SuggestSignal<Item>
}

export function SuggestList<Item extends SuggestItem>({ id, label, signal }: Props<Item>) {
  const open = useSignal(signal, (current) => current)
  const list = useRef<HTMLDivElement>(null)
  const rect = open?.rect
  const count = open?.items.length ?? 0
  useLayoutEffect(() => {
    const element = list.current
    if (!element || !rect || count === 0) return
    const { height, width } = element.getBoundingClientRect()
    const viewHeight = visualViewport?.height ?? innerHeight
    const fitsBelow = rect.bottom + GAP + height <= viewHeight
    element.style.top = `${fitsBelow ? rect.bottom + GAP : Math.max(GAP, rect.top - GAP - height)}px`
    element.style.left = `${Math.max(GAP, Math.min(rect.left, innerWidth - width - GAP))}px`
  }, [rect, count])
  const at = open?.at
  useEffect(() => {
    if (at !== undefined) list.current?.children[at]?.scrollIntoView({ block: 'nearest' })
  }, [at])
  if (!open || count === 0) return null
  return createPortal(
    <div ref={list} id={id} className="menu suggest" role="listbox" aria-label={label} tabIndex={-1}>
      {open.items.map((item, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the text's
        // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the text
        <div
          key={item.id}
          id={optionId(id, index)}
          className="picker-option"
          role="option"
          aria-selected={index === open.at}
          data-active={index === open.at || undefined}
          // The text must keep the focus and the selection.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => open.pick(item)}
        >
          {item.icon && <span className="picker-icon">{item.icon}</span>}
          <span className="picker-words cut" dir="auto">
            {item.words}
          </span>
          {item.hint && <span className="picker-hint">{item.hint}</span>}
        </div>
      ))}
    </div>,
    document.body,
  )
}

export function optionId(list: string, at: number): string {
  return `${list}-${at}`
}
