// Says that a board was put away, and brings it back.

import { Archive } from 'lucide-react'
import { useT } from '../i18n/index.ts'

export function ArchivedNotice({ id, name }: { id: string; name: string }) {
  const t = useT()
  const restore = async (): Promise<void> => {
    const { setArchived } = await import('../transfer/board-actions.ts')
    await setArchived({ id, name }, false)
  }
  return (
    <div className="archived-notice" role="status">
      <Archive className="icon" aria-hidden="true" />
      <span>{t('app.isArchived')}</span>
      <button type="button" className="button button-edge" onClick={() => void restore()}>
        {t('app.restoreBoard')}
      </button>
    </div>
  )
}
