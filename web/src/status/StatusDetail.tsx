// The whole story about saving: what is safe, what waits, and what can be done.

import { Download } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Popup } from '../app/Popup.tsx'
import type { Place } from '../app/PopupButton.tsx'
import { useBoard } from '../board/board-context.tsx'
import { useT } from '../i18n/index.ts'
import type { SaveStatus } from '../sync/index.ts'
import { isWell, wordsOf } from './Status.tsx'

export function StatusDetail({ place, status }: { place: Place; status: SaveStatus }) {
  return (
    <Popup place={place} className="popover status-detail">
      <Detail status={status} />
    </Popup>
  )
}

function Detail({ status }: { status: SaveStatus }) {
  const t = useT()
  const { session } = useBoard()
  const count = 'count' in status ? status.count : 0
  const reason = 'reason' in status ? status.reason : null
  const canRetry = status.kind === 'offline' || status.kind === 'unsaved' || status.kind === 'refused'
  return (
    <>
      <h2>{wordsOf(status, t)}</h2>
      <p>{count > 0 ? t('status.safeHere', { count }) : t(isWell(status) ? 'status.safe' : 'status.noneWaiting')}</p>
      {!session.keepsLocalCopy() && <p className="status-warning">{t('status.notHere')}</p>}
      {reason && <p className="quiet">{t('status.serverSays', { reason })}</p>}
      {status.kind === 'offline' && <Retry at={status.retryAt} />}
      {(canRetry || count > 0) && (
        <div className="status-buttons">
          <button
            type="button"
            className="button"
            onClick={() => download(session.exportUnsynced(), session.document.guid)}
          >
            <Download className="icon" aria-hidden="true" />
            {t('status.export')}
          </button>
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

function download(bytes: Uint8Array, name: string): void {
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `calit-${name}.yjs`
  link.click()
  URL.revokeObjectURL(url)
}
