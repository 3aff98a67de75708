// A field for a comment: grows with the text, calls people with @, and sends with Ctrl or ⌘ and Enter.

import { SendHorizontal } from 'lucide-react'
import { useId, useLayoutEffect, useMemo, useRef } from 'react'
import { matchesText } from '../../app/search.ts'
import { useBoard } from '../../board/board-context.tsx'
import { Signal, useSignal } from '../../board/signal.ts'
import { WORDS_MAX } from '../../board/texts.ts'
import { useEverybody } from '../../fields/PeoplePicker.tsx'
import { useT } from '../../i18n/index.ts'
import { Avatar } from '../../presence/Avatar.tsx'
import { optionId, SuggestList } from '../description/SuggestList.tsx'
import type { Suggesting } from '../description/suggest-signal.ts'
import { clean, fromDraft, type Mention, mentionQuery } from './mentions.ts'

export interface Draft {
  readonly text: string
  readonly mentions: readonly Mention[]
}

interface Props {
  readonly draft: Draft
  readonly label: string
  readonly sendWords: string
  readonly hasFocus?: boolean
  readonly onChange: (draft: Draft) => void
  readonly onSend: (body: string) => void
  readonly onCancel?: () => void
}

const FOUND_MAX = 20
const IS_APPLE = /Mac|iP(hone|ad|od)/.test(navigator.platform)

export function CommentField({ draft, label, sendWords, hasFocus = false, onChange, onSend, onCancel }: Props) {
  const board = useBoard()
  const t = useT()
  const everybody = useEverybody()
  const listId = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const signal = useMemo(() => new Signal<Suggesting | null>(null), [])
  const open = useSignal(signal, (current) => current)
  const caret = useRef<number | null>(null)
  useLayoutEffect(() => {
    if (hasFocus) field.current?.focus()
  }, [hasFocus])
  useLayoutEffect(() => {
    if (caret.current === null) return
    field.current?.setSelectionRange(caret.current, caret.current)
    caret.current = null
  })
  const isEmpty = draft.text.trim() === ''
  const send = (): void => {
    if (!isEmpty) onSend(fromDraft(draft.text.trim(), draft.mentions))
  }
  /** Offers people while a name is being typed; also in the middle of a syllable. */
  const suggest = (text: string): void => {
    const element = field.current
    const at = element?.selectionStart ?? text.length
    const found = mentionQuery(text, at)
    if (!element || !found) {
      signal.set(null)
      return
    }
    const items = everybody
      .filter(({ name }) => matchesText(found.query, name))
      .slice(0, FOUND_MAX)
      .map(({ id, name, color }) => ({ id, words: name, icon: <Avatar name={name} color={color} size={20} /> }))
    const pick = ({ id, words }: { id: string; words: string }): void => {
      const name = clean(words)
      board.edits.addMember(id, words)
      const mentions = [...draft.mentions.filter((mention) => clean(mention.name) !== name), { id, name }]
      caret.current = found.start + name.length + 2
      onChange({ text: `${text.slice(0, found.start)}@${name} ${text.slice(at)}`, mentions })
      signal.set(null)
      element.focus()
    }
    signal.set({ items, at: 0, rect: element.getBoundingClientRect(), pick })
  }
  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      signal.set(null)
      send()
    } else if (open && open.items.length > 0 && onListKey(event, open)) {
      event.preventDefault()
      event.stopPropagation()
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      if (onCancel) onCancel()
      else field.current?.closest<HTMLElement>('[data-board-keys]')?.focus()
    }
  }
  const onListKey = (event: React.KeyboardEvent, { items, at, pick, rect }: Suggesting): boolean => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) signal.set({ items, rect, pick, at: (at + step + items.length) % items.length })
    else if (event.key === 'Escape') signal.set(null)
    else if (event.key === 'Enter' || event.key === 'Tab') {
      const item = items[at]
      if (item) pick(item)
    } else return false
    return true
  }
  const isOpen = open !== null && open.items.length > 0
  return (
    <>
      <textarea
        ref={field}
        className="write-text"
        rows={1}
        dir="auto"
        aria-label={label}
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={isOpen ? optionId(listId, open.at) : undefined}
        placeholder={t('comment.hint')}
        value={draft.text}
        maxLength={WORDS_MAX}
        onChange={(event) => {
          onChange({ ...draft, text: event.target.value })
          suggest(event.target.value)
        }}
        onSelect={(event) => {
          if (open) suggest(event.currentTarget.value)
        }}
        onKeyDown={onKeyDown}
        onBlur={() => signal.set(null)}
      />
      <span className="write-keys" aria-hidden="true">
        <kbd>{IS_APPLE ? '⌘' : 'Ctrl'}</kbd>
        <kbd>↵</kbd>
      </span>
      <button
        type="button"
        className="button button-icon write-send"
        aria-label={sendWords}
        title={sendWords}
        disabled={isEmpty}
        onClick={send}
      >
        <SendHorizontal className="icon" aria-hidden="true" />
      </button>
      <SuggestList id={listId} label={t('comment.mention')} signal={signal} />
    </>
  )
}
