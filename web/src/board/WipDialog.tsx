// How many cards a column should hold, and how strictly.

import { Dialog } from 'radix-ui'
import { type FormEvent, useState } from 'react'
import { useT } from '../i18n/index.ts'
import { useBoard, useSnapshot } from './board-context.tsx'
import { WIP_MAX, type Wip } from './read.ts'
import './wip-dialog.css'

const MODES = ['soft', 'hard'] as const
/** Two things at once is what most teams begin with; three leaves room for a review. */
const USUAL = 3

export function WipDialog({ column: id, onClose }: { column: string; onClose: () => void }) {
  const board = useBoard()
  const t = useT()
  const column = useSnapshot().columns.find((view) => view.column.id === id)?.column
  const [n, setN] = useState(String(column?.wip?.n ?? USUAL))
  const [mode, setMode] = useState<Wip['mode']>(column?.wip?.mode ?? 'soft')
  if (!column) return null
  const limit = Number(n)
  const isGood = Number.isInteger(limit) && limit >= 1 && limit <= WIP_MAX
  const save = (event: FormEvent): void => {
    event.preventDefault()
    if (!isGood) return
    board.edits.setColumn(id, { wip: { n: limit, mode } })
    onClose()
  }
  return (
    <Dialog.Root open onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog sheet wip-dialog" aria-describedby={undefined}>
          <span className="sheet-grip" aria-hidden="true" />
          <Dialog.Title>{t('wip.title', { column: column.name })}</Dialog.Title>
          <p>{t('wip.detail')}</p>
          <form onSubmit={save}>
            <label className="wip-n">
              {t('wip.n')}
              <input
                className="field"
                type="number"
                inputMode="numeric"
                min={1}
                max={WIP_MAX}
                value={n}
                onChange={(event) => setN(event.target.value)}
              />
            </label>
            {MODES.map((known) => (
              <label key={known} className="wip-mode">
                <input type="radio" name="mode" checked={mode === known} onChange={() => setMode(known)} />
                <span>
                  {t(`wip.${known}`)}
                  <small>{t(`wip.${known}Detail`)}</small>
                </span>
              </label>
            ))}
            <div className="dialog-buttons">
              {column.wip && (
                <button
                  type="button"
                  className="button"
                  onClick={() => {
                    board.edits.setColumn(id, { wip: null })
                    onClose()
                  }}
                >
                  {t('wip.remove')}
                </button>
              )}
              <span className="topbar-push" />
              <button type="button" className="button" onClick={onClose}>
                {t('app.cancel')}
              </button>
              <button type="submit" className="button button-primary" disabled={!isGood}>
                {t('wip.set')}
              </button>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
