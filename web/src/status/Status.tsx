// The one place that tells the truth about saving: a word in the bar, the whole story on a click.

import { CircleAlert, Cloud, CloudCheck, CloudOff, Download, TriangleAlert } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useEffect, useState } from 'react'
import { useStatus } from '../board/BoardPage.tsx'
import { useBoard } from '../board/board-context.tsx'
import { type Translate, useT } from '../i18n/index.ts'
import type { MergeSummary, SaveStatus } from '../sync/index.ts'
import './status.css'

/** How long the summary of a return from offline stands. */
const MERGED_MS = 4_000

const ICONS = {
  loading: Cloud,
  saving: Cloud,
  live: null,
  saved: CloudCheck,
  offline: CloudOff,
  unsaved: TriangleAlert,
  refused: CircleAlert,
} as const

export function Status() {
  const t = useT()
  const { session } = useBoard()
  const status = useStatus(session)
  const merged = useMerged()
  const Icon = ICONS[status.kind]
  const words = merged && isWell(status) ? t('status.merged', merged) : wordsOf(status, t)
  return (
    <Popover.Root>
      <Popover.Trigger className={`status status-${status.kind}`} data-status={status.kind}>
        {Icon ? <Icon className="icon" aria-hidden="true" /> : <span className="status-dot" />}
        <span className="status-words">{words}</span>
      </Popover.Trigger>
      <span className="visually-hidden" role="status">
        {words}
      </span>
      <Popover.Portal>
        <Popover.Content className="popover status-detail" align="end" sideOffset={6} collisionPadding={8}>
          <Detail status={status} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function isWell(status: SaveStatus): boolean {
  return status.kind === 'live' || status.kind === 'saved'
}

function wordsOf(status: SaveStatus, t: Translate): string {
  switch (status.kind) {
    case 'offline':
      return status.count > 0 ? t('status.offlineCount', { count: status.count }) : t('status.offline')
    case 'unsaved':
      return status.count > 0 ? t('status.unsavedCount', { count: status.count }) : t('status.unsaved')
    case 'loading':
    case 'live':
    case 'saving':
    case 'saved':
    case 'refused':
      return t(`status.${status.kind}`)
    default:
      return status satisfies never
  }
}

/** What a return from offline brought, for a moment. */
function useMerged(): MergeSummary | null {
  const { session } = useBoard()
  const [merged, setMerged] = useState<MergeSummary | null>(null)
  useEffect(() => session.onMerged((summary) => setMerged(summary)), [session])
  useEffect(() => {
    if (!merged) return
    const timer = setTimeout(() => setMerged(null), MERGED_MS)
    return () => clearTimeout(timer)
  }, [merged])
  return merged
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
