// What can be done to all chosen cards at once.

import { Archive, Clock, Hash, MoveRight, Route, Tag, Trash2, UserRound, X } from 'lucide-react'
import { useEffect } from 'react'
import { announce } from '../app/announce.tsx'
import type { FieldName } from '../fields/request.ts'
import { type Key, useT } from '../i18n/index.ts'
import { archiveCards, deleteCards } from './actions.ts'
import { useBoard } from './board-context.tsx'
import { focusCard } from './focus.ts'
import { clearSelection, selectedCards } from './selection.ts'
import { useSignal } from './signal.ts'
import './bulk.css'

const FIELDS: readonly (readonly [FieldName, Key & `bulk.${string}`, typeof Tag])[] = [
  ['assignees', 'bulk.assign', UserRound],
  ['labels', 'bulk.label', Tag],
  ['points', 'bulk.points', Hash],
  ['due', 'bulk.due', Clock],
  ['sprint', 'bulk.sprint', Route],
]

export function BulkBar() {
  const board = useBoard()
  const t = useT()
  const count = useSignal(board.selected, (selected) => selected.size)
  useEffect(() => announce(t('bulk.count', { count })), [t, count])
  const move = (): void => board.moveMenu.set(selectedCards(board)[0] ?? null)
  const end = (): void => {
    const focused = board.focused.get()
    clearSelection(board)
    if (focused) focusCard(board, focused)
  }
  return (
    <div className="bulk" role="toolbar" aria-label={t('bulk.bar')}>
      <b>{t('bulk.count', { count })}</b>
      <Tool words={t('bulk.move')} Icon={MoveRight} onClick={move} />
      {FIELDS.map(([field, words, Icon]) => (
        <Tool
          key={field}
          words={t(words)}
          Icon={Icon}
          onClick={(anchor) => board.fieldMenu.set({ field, ids: selectedCards(board), anchor })}
        />
      ))}
      <i className="bulk-line" />
      <Tool words={t('bulk.archive')} Icon={Archive} onClick={() => archiveCards(board, selectedCards(board))} />
      <Tool words={t('bulk.delete')} Icon={Trash2} onClick={() => deleteCards(board, selectedCards(board))} />
      <button type="button" className="button button-icon" aria-label={t('bulk.clear')} title="Esc" onClick={end}>
        <X className="icon" aria-hidden="true" />
      </button>
    </div>
  )
}

interface ToolProps {
  readonly words: string
  readonly Icon: typeof Tag
  readonly onClick: (anchor: HTMLElement) => void
}

function Tool({ words, Icon, onClick }: ToolProps) {
  return (
    <button type="button" className="button" title={words} onClick={(event) => onClick(event.currentTarget)}>
      <Icon className="icon" aria-hidden="true" />
      <span>{words}</span>
    </button>
  )
}
