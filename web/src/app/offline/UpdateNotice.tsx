// Says that there is a newer version, and loads it when somebody wants it: never in the middle of what they do.

import { RefreshCw, X } from 'lucide-react'
import { useState } from 'react'
import { useSignal } from '../../board/signal.ts'
import { useT } from '../../i18n/index.ts'
import { isOutdated } from './updates.ts'

export function UpdateNotice() {
  const t = useT()
  const isShown = useSignal(isOutdated, (is) => is)
  const [isPutOff, putOff] = useState(false)
  return (
    <div className="update-at" role="status">
      {isShown && !isPutOff && (
        <div className="toast">
          <RefreshCw className="icon" aria-hidden="true" />
          <span>{t('app.newVersion')}</span>
          <button type="button" onClick={() => location.reload()}>
            {t('app.reload')}
          </button>
          <button type="button" className="update-later" aria-label={t('app.later')} onClick={() => putOff(true)}>
            <X className="icon" aria-hidden="true" />
          </button>
        </div>
      )}
    </div>
  )
}
