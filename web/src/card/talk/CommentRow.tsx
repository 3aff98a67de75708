// A comment. Its author can change it and take it away.

import { Pencil, Trash2 } from 'lucide-react'
import { Fragment, useState } from 'react'
import { announce, toast } from '../../app/announce.tsx'
import { useBoard } from '../../board/board-context.tsx'
import type { Comment } from '../../board/read.ts'
import { useT } from '../../i18n/index.ts'
import { Avatar } from '../../presence/Avatar.tsx'
import { useWho } from '../who.ts'
import { Time } from './ActivityLine.tsx'
import { CommentField, type Draft } from './CommentField.tsx'
import { parseBody, toDraft } from './mentions.ts'

interface Props {
  readonly card: string
  readonly comment: Comment
  readonly canEdit: boolean
}

export function CommentRow({ card, comment, canEdit }: Props) {
  const board = useBoard()
  const t = useT()
  const who = useWho()
  const [draft, setDraft] = useState<Draft | null>(null)
  const { name, color, isMe } = who(comment.by)
  const remove = (): void => {
    board.edits.deleteComment(card, comment.id)
    announce(t('comment.deleted'))
    toast(t('comment.deleted'), () => board.edits.restoreComment(card, comment.id))
  }
  return (
    <li className="comment" data-mine={isMe || undefined}>
      <Avatar name={name} color={color} size={28} />
      <div className="comment-main">
        <div className="comment-head">
          <b className="cut">{name}</b>
          <Time at={comment.at} />
          {comment.isEdited && <span className="quiet">{t('comment.edited')}</span>}
          {isMe && canEdit && !draft && (
            <span className="comment-buttons">
              <button
                type="button"
                className="button button-icon"
                aria-label={t('comment.edit')}
                title={t('comment.edit')}
                onClick={() => setDraft(toDraft(comment.body))}
              >
                <Pencil className="icon" aria-hidden="true" />
              </button>
              <button
                type="button"
                className="button button-icon"
                aria-label={t('comment.delete')}
                title={t('comment.delete')}
                onClick={remove}
              >
                <Trash2 className="icon" aria-hidden="true" />
              </button>
            </span>
          )}
        </div>
        {draft ? (
          <div className="write write-edit">
            <CommentField
              draft={draft}
              label={t('comment.edit')}
              sendWords={t('comment.save')}
              hasFocus
              onChange={setDraft}
              onCancel={() => setDraft(null)}
              onSend={(body) => {
                if (body !== comment.body) board.edits.editComment(card, comment.id, body)
                setDraft(null)
              }}
            />
          </div>
        ) : (
          <Body body={comment.body} />
        )}
      </div>
    </li>
  )
}

function Body({ body }: { body: string }) {
  const who = useWho()
  return (
    <p className="comment-body" dir="auto">
      {parseBody(body).map((piece, at) => {
        if (piece.kind === 'text') return <Fragment key={at}>{piece.text}</Fragment>
        if (piece.kind === 'url') {
          return (
            <a key={at} className="rich-url" href={piece.url} target="_blank" rel="noopener noreferrer nofollow">
              {piece.url}
            </a>
          )
        }
        const { name, isKnown, isMe } = who(piece.id)
        return (
          <span key={at} className="mention" data-me={isMe || undefined}>
            @{isKnown ? name : piece.name}
          </span>
        )
      })}
    </p>
  )
}
