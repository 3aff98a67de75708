// The end of a section: where the next card is written, and what takes cards dropped at the bottom.

import { Plus } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { announce } from '../../app/announce.tsx'
import { titleOf } from '../../board/actions.ts'
import { type BoardModel, useBoard } from '../../board/board-context.tsx'
import { useSignal } from '../../board/signal.ts'
import { TitleField } from '../../board/TitleField.tsx'
import { useT } from '../../i18n/index.ts'
import { nameOf } from '../actions.ts'
import { dropOnSection } from './drag.ts'
import { focusRow } from './focus.ts'
import { sectionKey, usePlanning } from './planning.tsx'
import type { Section } from './rows.ts'

export function SectionEnd({ section }: { section: Section }) {
  const board = useBoard()
  const planning = usePlanning()
  const t = useT()
  const ref = useRef<HTMLDivElement>(null)
  const added = useRef<string | null>(null)
  const id = section.sprint?.id ?? null
  const key = sectionKey(id)
  const canEdit = useSignal(board.canEdit, (can) => can)
  const isAdding = useSignal(planning.adding, (adding) => adding === key)
  useEffect(() => {
    const element = ref.current
    return element ? dropOnSection(element, id, true) : undefined
  }, [id])
  const isEmpty = section.cards.length === 0
  const finish = (title: string | null, hasLeft: boolean): void => {
    if (title !== null && title.trim() !== '') {
      added.current = addPlanned(board, title, id)
      announce(t('backlog.added', { title: titleOf(board, added.current), name: nameOf(section.sprint) }))
    }
    if (title !== null && !hasLeft) return
    planning.adding.set(null)
    const back = added.current ?? section.cards.at(-1)
    added.current = null
    if (!hasLeft && back) focusRow(board, planning, back)
  }
  return (
    <div ref={ref} className="bl-end">
      {isEmpty && !isAdding && <p className="quiet">{t(section.sprint ? 'backlog.emptySprint' : 'backlog.empty')}</p>}
      {canEdit && isAdding && (
        <TitleField
          value=""
          label={t('backlog.addTo', { name: nameOf(section.sprint) })}
          placeholder={t('card.placeholder')}
          isOpenEnded
          onDone={finish}
        />
      )}
      {canEdit && !isAdding && (
        <button
          type="button"
          className="button bl-add"
          aria-label={t('backlog.addTo', { name: nameOf(section.sprint) })}
          onClick={() => planning.adding.set(key)}
        >
          <Plus className="icon" aria-hidden="true" />
          {t('card.add')}
        </button>
      )}
    </div>
  )
}

/** Puts a new card last in planning, and on the board where work of its kind begins. */
function addPlanned(board: BoardModel, title: string, sprint: string | null): string {
  const { columns } = board.store.snapshot()
  const wanted = sprint === null ? 'backlog' : 'todo'
  const column = (columns.find((view) => view.column.category === wanted) ?? columns[0])?.column.id ?? ''
  return board.edits.addCard(title, { column, before: null }, { sprint })
}
