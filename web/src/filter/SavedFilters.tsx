// Keeping a filter under a name, and the ones that are kept.

import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { type FormEvent, useState } from 'react'
import { announce, toast } from '../app/announce.tsx'
import { useBoard, useSnapshot } from '../board/board-context.tsx'
import { filterQuery, isFiltering } from '../board/filter.ts'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import { useMe } from '../presence/me.ts'
import { chosenNames, KINDS } from './names.ts'
import { applySaved, forgetFilter, savedFilters, saveFilter } from './saved.ts'

const NAME_MAX = 60

export function SavedFilters({ onClose }: { onClose: () => void }) {
  const board = useBoard()
  const t = useT()
  const me = useMe()
  const snapshot = useSnapshot()
  const saved = useSignal(savedFilters(board), (all) => all)
  const filter = board.lens.filter()
  const words = KINDS.flatMap((kind) =>
    kind === 'sprint' && filter.sprint === 'current' ? [] : chosenNames(kind, filter, snapshot, me.id, t),
  )
  const [name, setName] = useState([filter.q, ...words].filter(Boolean).join(', ').slice(0, NAME_MAX))
  const save = (event: FormEvent): void => {
    event.preventDefault()
    if (name.trim() === '') return
    saveFilter(board, name.trim(), filterQuery(filter))
    const text = t('filter.savedHere', { name: name.trim() })
    announce(text)
    toast(text)
    onClose()
  }
  return (
    <Dialog.Root open onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog sheet saved-filters" aria-describedby={undefined}>
          <div className="dialog-head">
            <Dialog.Title>{t('filter.saved')}</Dialog.Title>
            <Dialog.Close className="button button-icon" aria-label={t('app.close')}>
              <X className="icon" aria-hidden="true" />
            </Dialog.Close>
          </div>
          {isFiltering(filter) && (
            <form className="saved-new" onSubmit={save}>
              <input
                className="field"
                aria-label={t('filter.saveName')}
                value={name}
                maxLength={NAME_MAX}
                onChange={(event) => setName(event.target.value)}
              />
              <button type="submit" className="button button-primary" disabled={name.trim() === ''}>
                {t('filter.save')}
              </button>
            </form>
          )}
          <ul>
            {saved.map((kept) => (
              <li key={kept.name}>
                <button
                  type="button"
                  className="button cut"
                  onClick={() => {
                    applySaved(board, kept.query)
                    onClose()
                  }}
                >
                  {kept.name}
                </button>
                <button
                  type="button"
                  className="button button-icon"
                  aria-label={t('filter.forget', { name: kept.name })}
                  onClick={() => forgetFilter(board, kept.name)}
                >
                  <X className="icon" aria-hidden="true" />
                </button>
              </li>
            ))}
          </ul>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
