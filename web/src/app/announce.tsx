// What screen readers are told, and the toast that everybody sees. One place for both.

import { useEffect, useState } from 'react'
import { useT } from '../i18n/index.ts'
import './toast.css'

interface Toast {
  readonly id: number
  readonly text: string
  readonly undo: (() => void) | null
  readonly words: string | null
  readonly keys: string | null
}

/** What the way back is called, where it is not just undoing, and the keys that do the same. */
interface WayBack {
  readonly words?: string
  readonly keys?: string
}

const TOAST_MS = 8_000

let lastId = 0
let show: (toast: Toast | null) => void = () => undefined
let say: (text: string) => void = () => undefined

/** Tells screen readers, politely. */
export function announce(text: string): void {
  say(text)
}

/** Shows a line at the bottom for a while, with a way back if there is one. */
export function toast(text: string, undo?: () => void, { words, keys }: WayBack = {}): void {
  lastId += 1
  show({ id: lastId, text, undo: undo ?? null, words: words ?? null, keys: keys ?? null })
}

/** Where announcements and toasts appear; once in the app. */
export function Announcer() {
  const t = useT()
  const [spoken, setSpoken] = useState('')
  const [current, setCurrent] = useState<Toast | null>(null)
  useEffect(() => {
    show = setCurrent
    // The same words twice must be said twice: an invisible difference makes them new.
    say = (text) => setSpoken((before) => (before === text ? `${text}\u200b` : text))
    return () => {
      show = () => undefined
      say = () => undefined
    }
  }, [])
  useEffect(() => {
    if (!current) return
    const timer = setTimeout(() => setCurrent(null), TOAST_MS)
    return () => clearTimeout(timer)
  }, [current])
  return (
    <>
      <div className="visually-hidden" aria-live="polite">
        {spoken}
      </div>
      <div className="toast-at" role="status">
        {current && (
          <div className="toast" key={current.id}>
            <span>{current.text}</span>
            {current.undo && (
              <button
                type="button"
                onClick={() => {
                  current.undo?.()
                  setCurrent(null)
                }}
              >
                {current.words ?? t('app.undo')}
                {current.keys && <kbd aria-hidden="true">{current.keys}</kbd>}
              </button>
            )}
          </div>
        )}
      </div>
    </>
  )
}
