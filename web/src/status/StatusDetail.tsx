// The whole story about saving: what is safe, what waits, and what can be done.

import { Download } from 'lucide-react'
import { useEffect, useState } from 'react'
import { openDialog } from '../app/dialogs.ts'
import { Popup } from '../app/Popup.tsx'
import type { Place } from '../app/PopupButton.tsx'
import { useBoard } from '../board/board-context.tsx'
import { type Translate, useT } from '../i18n/index.ts'
import type { SaveStatus } from '../sync/index.ts'
import { isWell, wordsOf } from './Status.tsx'
import { saveFile } from './save-file.ts'

export function StatusDetail({ place, status }: { place: Place; status: SaveStatus }) {
  return (
    <Popup place={place} className="popover status-detail">
      <Detail status={status} onClose={place.onClose} />
    </Popup>
  )
}

function Detail({ status, onClose }: { status: SaveStatus; onClose: () => void }) {
  const t = useT()
  const board = useBoard()
  const { session } = board
  const count = 'count' in status ? status.count : 0
  const reason = 'reason' in status ? status.reason : null
  // The right to write is gone, the right to look is not: trying again brings nothing, and the list is what helps.
  const isViewer = status.kind === 'refused' && session.role === 'viewer'
  const canRetry = !isViewer && (status.kind === 'offline' || status.kind === 'unsaved' || status.kind === 'refused')
  return (
    <>
      <h2>{wordsOf(status, t)}</h2>
      <p>{storyOf(status, count, isViewer, t)}</p>
      {!session.keepsLocalCopy() && <p className="status-warning">{t('status.notHere')}</p>}
      {reason && !isViewer && <p className="quiet">{t('status.serverSays', { reason })}</p>}
      {status.kind === 'offline' && <Retry at={status.retryAt} />}
      {(canRetry || count > 0) && (
        <div className="status-buttons">
          <button
            type="button"
            className="button"
            onClick={() => saveFile(`calit-${board.id}.yjs`, 'application/octet-stream', session.exportUnsynced())}
          >
            <Download className="icon" aria-hidden="true" />
            {t('status.export')}
          </button>
          {count > 0 && status.kind !== 'saving' && (
            <button
              type="button"
              className={isViewer ? 'button button-edge' : 'button'}
              onClick={() => {
                onClose()
                openDialog({ kind: 'unsaved', board })
              }}
            >
              {t('unsaved.read')}
            </button>
          )}
          {canRetry && (
            <button type="button" className="button button-edge" onClick={() => session.retryNow()}>
              {t('status.retryNow')}
            </button>
          )}
        </div>
      )}
    </>
  )
}

function storyOf(status: SaveStatus, count: number, isViewer: boolean, t: Translate): string {
  if (count > 0) return t(isViewer ? 'unsaved.viewer' : 'status.safeHere', { count })
  return t(isWell(status) ? 'status.safe' : 'status.noneWaiting')
}

function Retry({ at }: { at: number | null }) {
  const t = useT()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  const seconds = at === null ? 0 : Math.ceil((at - now) / 1_000)
  return <p className="quiet">{seconds > 0 ? t('status.retryIn', { seconds }) : t('status.retrying')}</p>
}
