// Edits that cannot be saved, to be read and taken elsewhere.

import { Copy, Download } from 'lucide-react'
import { announce, toast } from '../app/announce.tsx'
import { closeDialog } from '../app/dialogs.ts'
import { Window } from '../app/Window.tsx'
import type { BoardModel } from '../board/board-context.tsx'
import { useT } from '../i18n/index.ts'
import { saveFile } from './save-file.ts'
import { readUnsaved, textOf, type UnsavedPart } from './unsaved.ts'
import './unsaved.css'

/** As they were when the window opened: they do not change under the reader. */
export function UnsavedList({ board }: { board: BoardModel }) {
  const t = useT()
  const { parts, unreadable } = readUnsaved(board.store, board.session.unsaved(), t)
  const copy = async (chosen: readonly UnsavedPart[]): Promise<void> => {
    const isCopied = await navigator.clipboard?.writeText(textOf(chosen)).then(
      () => true,
      () => false,
    )
    const said = t(isCopied ? 'unsaved.copied' : 'unsaved.notCopied')
    announce(said)
    toast(said)
  }
  return (
    <Window title={t('unsaved.title')} className="unsaved" onClose={closeDialog}>
      <p className="quiet">{t(parts.length === 0 && unreadable === 0 ? 'unsaved.none' : 'unsaved.lead')}</p>
      <ul>
        {parts.map((part) => (
          <li key={part.key}>
            <div>
              <b dir="auto">{part.name}</b>
              <button
                type="button"
                className="button button-icon"
                aria-label={t('unsaved.copyOne', { name: part.name })}
                onClick={() => void copy([part])}
              >
                <Copy className="icon" aria-hidden="true" />
              </button>
            </div>
            <dl>
              {part.lines.map(({ field, value }, at) => (
                <div key={at}>
                  <dt>{field}</dt>
                  <dd dir="auto">{value}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
      {unreadable > 0 && <p className="quiet">{t('unsaved.unreadable', { count: unreadable })}</p>}
      {parts.length > 0 && (
        <div className="unsaved-buttons">
          <button
            type="button"
            className="button"
            onClick={() => saveFile(`calit-${board.id}.txt`, 'text/plain;charset=utf-8', textOf(parts))}
          >
            <Download className="icon" aria-hidden="true" />
            {t('unsaved.download')}
          </button>
          <button type="button" className="button button-primary" onClick={() => void copy(parts)}>
            <Copy className="icon" aria-hidden="true" />
            {t('unsaved.copy')}
          </button>
        </div>
      )}
    </Window>
  )
}
