// The title of an open card: a field that two people may type in at once.

import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type * as Y from 'yjs'
import { type BoardModel, isText, TITLE_MAX } from '../board/index.ts'
import { useT } from '../i18n/index.ts'

interface Props {
  readonly model: BoardModel
  readonly id: string
  readonly map: Y.Map<unknown>
  readonly canEdit: boolean
}

export function SharedTitle({ model, id, map, canEdit }: Props) {
  const t = useT()
  const shared = map.get('title')
  const current = isText(shared) ? shared : null
  const [text, setText] = useState(() => current?.toString() ?? '')
  const isComposing = useRef(false)
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (!current) return
    // While a syllable is being composed the field belongs to the input method.
    const onChange = (): void => {
      if (!isComposing.current) setText(current.toString())
    }
    onChange()
    current.observe(onChange)
    return () => current.unobserve(onChange)
  }, [current])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = field.current
    if (!element) return
    element.style.height = '0'
    element.style.height = `${element.scrollHeight}px`
  }, [text])
  const write = (next: string): void => {
    setText(next)
    if (!isComposing.current) model.edits.typeTitle(id, next)
  }
  return (
    <textarea
      ref={field}
      className="drawer-title"
      rows={1}
      aria-label={t('card.title')}
      placeholder={t('card.untitled')}
      readOnly={!canEdit}
      maxLength={TITLE_MAX}
      value={text}
      onChange={(event) => write(event.target.value.replace(/\n/g, ' '))}
      onCompositionStart={() => {
        isComposing.current = true
      }}
      onCompositionEnd={(event) => {
        isComposing.current = false
        write(event.currentTarget.value)
      }}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing || event.keyCode === 229) return
        if (event.key === 'Enter') {
          event.preventDefault()
          event.currentTarget.blur()
        }
      }}
    />
  )
}
