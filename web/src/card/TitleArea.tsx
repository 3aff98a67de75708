// The title in the drawer: a field that looks like a heading. It is written when one leaves it or presses Enter, and
// follows what others write as long as one is not in it.

import { useEffect, useRef, useState } from 'react'
import { useBoard } from '../board/board-context.tsx'
import type { CardData } from '../board/read.ts'
import { TITLE_MAX } from '../board/texts.ts'
import { useT } from '../i18n/index.ts'

export function TitleArea({ card, canEdit }: { card: CardData; canEdit: boolean }) {
  const board = useBoard()
  const t = useT()
  const ref = useRef<HTMLTextAreaElement>(null)
  const [draft, setDraft] = useState<string | null>(null)
  const shown = draft ?? card.title
  useEffect(() => {
    const area = ref.current
    if (!area) return
    area.style.height = '0'
    area.style.height = `${area.scrollHeight}px`
  }, [shown])
  if (!canEdit) return <h2 className="drawer-title">{card.title || t('card.untitled')}</h2>
  const save = (): void => {
    if (draft !== null && draft.trim() !== '' && draft !== card.title) board.edits.setTitle(card.id, draft)
    setDraft(null)
  }
  return (
    <textarea
      ref={ref}
      className="drawer-title"
      rows={1}
      value={shown}
      maxLength={TITLE_MAX}
      aria-label={t('card.title')}
      placeholder={t('card.untitled')}
      onFocus={() => setDraft(card.title)}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing || event.keyCode === 229) return
        if (event.key === 'Enter') {
          event.preventDefault()
          event.currentTarget.blur()
        }
        if (event.key === 'Escape') {
          event.stopPropagation()
          setDraft(null)
          const area = event.currentTarget
          requestAnimationFrame(() => area.closest<HTMLElement>('[data-board-keys]')?.focus())
        }
      }}
    />
  )
}
