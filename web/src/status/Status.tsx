// The one place that tells the truth about saving: a word in the bar, the whole story on a click.

import { CircleAlert, Cloud, CloudCheck, CloudOff, TriangleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import { lazyPart } from '../app/lazy-part.ts'
import { PopupButton } from '../app/PopupButton.tsx'
import { useStatus } from '../board/BoardPage.tsx'
import { useBoard } from '../board/board-context.tsx'
import { type Translate, useT } from '../i18n/index.ts'
import type { MergeSummary, SaveStatus } from '../sync/index.ts'
import './status.css'

const StatusDetail = lazyPart(async () => (await import('./StatusDetail.tsx')).StatusDetail)

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
    <>
      <PopupButton
        kind="dialog"
        className={`status status-${status.kind}`}
        data={{ 'data-status': status.kind }}
        popup={(place) => <StatusDetail place={place} status={status} />}
      >
        {Icon ? <Icon className="icon" aria-hidden="true" /> : <span className="status-dot" />}
        <span className="status-words">{words}</span>
      </PopupButton>
      <span className="visually-hidden" role="status">
        {words}
      </span>
    </>
  )
}

/** Connected, and nothing is waiting. */
export function isWell(status: SaveStatus): boolean {
  return status.kind === 'live' || status.kind === 'saved'
}

/** The state of saving in a few words. */
export function wordsOf(status: SaveStatus, t: Translate): string {
  switch (status.kind) {
    case 'offline':
      return status.count > 0 ? t('status.offlineCount', { count: status.count }) : t('status.offline')
    case 'unsaved':
      return status.count > 0 ? t('status.unsavedCount', { count: status.count }) : t('status.unsaved')
    case 'refused':
      return status.count > 0 ? t('status.refusedCount', { count: status.count }) : t('status.refused')
    case 'loading':
    case 'live':
    case 'saving':
    case 'saved':
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
