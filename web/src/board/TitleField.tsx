// A one-line field that ends with Enter or Escape, and never in the middle of a composed syllable.

import { useEffect, useRef, useState } from 'react'
import { TITLE_MAX } from './texts.ts'

interface Props {
  readonly value: string
  readonly label: string
  readonly placeholder?: string
  /** The new text, or null when it was given up. `hasLeft`: the focus is elsewhere by now, and stays there. */
  readonly onDone: (text: string | null, hasLeft: boolean) => void
  /** Keeps the field open and empty after Enter, for the next one. */
  readonly isOpenEnded?: boolean
}

export function TitleField({ value, label, placeholder, onDone, isOpenEnded = false }: Props) {
  const [text, setText] = useState(value)
  const ref = useRef<HTMLInputElement>(null)
  const isEnded = useRef(false)
  useEffect(() => {
    ref.current?.focus()
    if (!isOpenEnded) ref.current?.select()
  }, [isOpenEnded])
  const end = (next: string | null, hasLeft = false): void => {
    if (isEnded.current) return
    isEnded.current = true
    onDone(next, hasLeft)
  }
  return (
    <input
      ref={ref}
      className="field"
      value={text}
      aria-label={label}
      placeholder={placeholder}
      maxLength={TITLE_MAX}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        // Enter that ends a composition is the input method's; 229 is how some browsers say so.
        if (event.nativeEvent.isComposing || event.keyCode === 229) return
        event.stopPropagation()
        if (event.key === 'Escape') end(null)
        if (event.key !== 'Enter') return
        event.preventDefault()
        if (!isOpenEnded) end(text)
        else if (text.trim() === '') end(null)
        else {
          onDone(text, false)
          setText('')
        }
      }}
      onBlur={() => end(isOpenEnded && text.trim() === '' ? null : text, true)}
    />
  )
}
