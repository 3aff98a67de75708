// What an import brought, what it could not, and the way back.

import { CircleCheck } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { announce, toast } from '../app/announce.tsx'
import { closeDialog } from '../app/dialogs.ts'
import { boardPath } from '../app/routes.ts'
import { archiveBoard } from '../app/workspace.ts'
import { useT } from '../i18n/index.ts'
import { troubleOf } from './board-actions.ts'
import { lossLines } from './loss-words.ts'
import { type Imported, undoImport } from './upload.ts'

interface Props {
  readonly imported: Imported
  readonly name: string
  readonly isNewBoard: boolean
}

export function ImportDone({ imported, name, isNewBoard }: Props) {
  const t = useT()
  const [, navigate] = useLocation()
  const [isBusy, setBusy] = useState(false)
  const { board, id, cards, losses } = imported
  const undo = async (): Promise<void> => {
    setBusy(true)
    try {
      const count = id ? await undoImport(board, id) : (cards ?? 0)
      // A board that the import made is put away as a whole; nothing was on it before.
      if (isNewBoard) await archiveBoard(board, true)
      const words = t('transfer.undone', { count })
      announce(words)
      toast(words)
      closeDialog()
    } catch (error) {
      toast(troubleOf(error))
      setBusy(false)
    }
  }
  return (
    <div className="transfer-form">
      <p className="import-done" role="status">
        <CircleCheck className="icon" aria-hidden="true" />
        {cards === null ? t('transfer.doneBoard', { name }) : t('transfer.done', { count: cards, name })}
      </p>
      {losses.length === 0 ? (
        <p className="quiet">{t('transfer.complete')}</p>
      ) : (
        <section className="losses" aria-label={t('transfer.losses')}>
          <h3>{t('transfer.losses')}</h3>
          <ul>
            {lossLines(losses).map(({ key, count, words, detail }) => (
              <li key={key}>
                <span className="loss-count">{t('transfer.lossCount', { count })}</span>
                <span>
                  {words}
                  {detail && <span className="quiet"> · {detail}</span>}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="window-foot">
        <button type="button" className="button" disabled={isBusy} onClick={() => void undo()}>
          {t('transfer.undo')}
        </button>
        <button
          type="button"
          className="button button-primary push"
          onClick={() => {
            closeDialog()
            navigate(boardPath(board))
          }}
        >
          {t('transfer.open')}
        </button>
      </div>
    </div>
  )
}
