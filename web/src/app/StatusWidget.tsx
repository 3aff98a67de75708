// The one place that tells the truth about saving.

import { CircleAlert, CloudCheck, CloudOff, LoaderCircle, TriangleAlert, Wifi } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { type Translate, useT } from '../i18n/index.ts'
import type { DocumentSession, SaveStatus } from '../sync/index.ts'

const ICONS = {
  loading: LoaderCircle,
  live: Wifi,
  saving: LoaderCircle,
  saved: CloudCheck,
  offline: CloudOff,
  unsaved: TriangleAlert,
  refused: CircleAlert,
} as const

export function useStatus(session: DocumentSession): SaveStatus {
  return useSyncExternalStore(
    (listener) => session.onStatus(listener),
    () => session.status(),
  )
}

export function StatusWidget({ session }: { session: DocumentSession }) {
  const t = useT()
  const status = useStatus(session)
  const Icon = ICONS[status.kind]
  return (
    <Popover.Root>
      <Popover.Trigger className={`status status-${status.kind}`} data-status={status.kind} data-count={countOf(status)}>
        <Icon className="icon" aria-hidden="true" />
        <span role="status">{words(status, t)}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover" align="end" sideOffset={6} collisionPadding={12} aria-label={words(status, t)}>
          <Detail session={session} status={status} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function countOf(status: SaveStatus): number {
  return 'count' in status ? status.count : 0
}

function words(status: SaveStatus, t: Translate): string {
  switch (status.kind) {
    case 'offline':
      return status.count > 0 ? t('status.offlineCount', { count: status.count }) : t('status.offline')
    default:
      return t(`status.${status.kind}`)
  }
}

function Detail({ session, status }: { session: DocumentSession; status: SaveStatus }) {
  const t = useT()
  const count = countOf(status)
  const isSafe = status.kind === 'live' || status.kind === 'saved'
  const reason = 'reason' in status ? status.reason : null
  return (
    <>
      <h2>{words(status, t)}</h2>
      <p>{isSafe ? t('status.safe') : count > 0 ? t('status.safeHere', { count }) : t('status.noneWaiting')}</p>
      {!session.keepsLocalCopy() && <p className="status-warning">{t('status.notHere')}</p>}
      {reason && <p>{t('status.serverSays', { reason })}</p>}
      {status.kind === 'offline' && <Countdown retryAt={status.retryAt} />}
      {(status.kind === 'offline' || status.kind === 'refused') && (
        <button type="button" className="button button-primary" onClick={() => session.retryNow()}>
          {t('status.retryNow')}
        </button>
      )}
      {!isSafe && (
        <button type="button" className="button button-edge" onClick={() => download(session)}>
          {t('status.export')}
        </button>
      )}
    </>
  )
}

function Countdown({ retryAt }: { retryAt: number | null }) {
  const t = useT()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  if (retryAt === null) return <p>{t('status.retrying')}</p>
  return <p>{t('status.retryIn', { seconds: Math.max(1, Math.ceil((retryAt - now) / 1000)) })}</p>
}

/** The whole document as this device has it, as a Yjs update in a file. */
function download(session: DocumentSession): void {
  const bytes = new Uint8Array(session.exportUnsynced())
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'calit-board.yjs'
  link.click()
  URL.revokeObjectURL(url)
}
