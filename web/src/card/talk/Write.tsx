// The field for a new comment, always at the bottom of the card. What was not sent stays with its card.

import { useState } from 'react'
import { announce } from '../../app/announce.tsx'
import { useBoard } from '../../board/board-context.tsx'
import { useT } from '../../i18n/index.ts'
import { Avatar } from '../../presence/Avatar.tsx'
import { useMe } from '../../presence/me.ts'
import { CommentField, type Draft } from './CommentField.tsx'

const drafts = new Map<string, Draft>()
const NOTHING: Draft = { text: '', mentions: [] }

export function Write({ card }: { card: string }) {
  const board = useBoard()
  const t = useT()
  const me = useMe()
  const [draft, setDraft] = useState<Draft>(() => drafts.get(card) ?? NOTHING)
  const keep = (next: Draft): void => {
    if (next.text === '') drafts.delete(card)
    else drafts.set(card, next)
    setDraft(next)
  }
  return (
    <div className="write">
      <Avatar name={me.name} color={me.color} size={20} />
      <CommentField
        draft={draft}
        label={t('comment.write')}
        sendWords={t('comment.send')}
        onChange={keep}
        onSend={(body) => {
          board.edits.addMember(me.id, me.name)
          board.edits.addComment(card, body)
          keep(NOTHING)
          announce(t('comment.sent'))
        }}
      />
    </div>
  )
}
