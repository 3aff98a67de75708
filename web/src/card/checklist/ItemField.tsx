// The text of one thing to do: a field that looks like text. It is written when one leaves it, and follows what others
// write as long as one is not in it. Enter that ends a composed syllable is the input method's.

import { useEffect, useRef, useState } from 'react'
import { WORDS_MAX } from '../../board/texts.ts'
import { type PastedItem, pastedItems } from './lines.ts'

interface Props {
  readonly value: string
  readonly label: string
  readonly placeholder?: string
  /** The field for a new item: it takes the focus. */
  readonly isNew?: boolean
  /** Enter: the text so far, and how to put another in its place. */
  readonly onEnter: (text: string, put: (text: string) => void) => void
  readonly onPaste: (items: readonly PastedItem[]) => void
  readonly onLeave: (text: string) => void
  readonly onEscape: () => void
  /** Backspace in an empty field. */
  readonly onEmpty?: () => void
  readonly onStep?: (step: 'up' | 'down') => void
}

export function ItemField({ value, label, placeholder, isNew = false, onStep, onEmpty, ...on }: Props) {
  const [draft, setDraft] = useState<string | null>(null)
  const ref = useRef<HTMLTextAreaElement>(null)
  const hasLeft = useRef(false)
  const text = draft ?? value
  useEffect(() => {
    if (isNew) ref.current?.focus()
  }, [isNew])
  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      on.onEnter(text, setDraft)
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      hasLeft.current = true
      setDraft(null)
      on.onEscape()
    } else if (event.key === 'Backspace' && text === '' && onEmpty) {
      event.preventDefault()
      hasLeft.current = true
      onEmpty()
    } else if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown') && onStep) {
      event.preventDefault()
      onStep(event.key === 'ArrowUp' ? 'up' : 'down')
    }
  }
  return (
    <textarea
      ref={ref}
      className="todo-text"
      rows={1}
      dir="auto"
      value={text}
      aria-label={label}
      placeholder={placeholder}
      maxLength={WORDS_MAX}
      onFocus={() => {
        hasLeft.current = false
        setDraft(value)
      }}
      onChange={(event) => setDraft(event.target.value)}
      onKeyDown={onKeyDown}
      onPaste={(event) => {
        const items = pastedItems(event.clipboardData.getData('text/plain'))
        if (!items || items.length === 0) return
        event.preventDefault()
        on.onPaste(items)
      }}
      onBlur={() => {
        if (!hasLeft.current && draft !== null) on.onLeave(draft)
        hasLeft.current = false
        setDraft(null)
      }}
    />
  )
}
