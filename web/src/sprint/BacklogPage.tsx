// Planning: sprints with what is planned into them, and the backlog beside them (below them where there is no room).

import { ArrowRightLeft, Plus, Search, X } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { matchesText } from '../app/search.ts'
import { useMedia } from '../app/use-media.ts'
import { useBoard, useSnapshot } from '../board/board-context.tsx'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import { Avatar } from '../presence/Avatar.tsx'
import { watchDrags } from './backlog/drag.ts'
import { usePlanningKeys } from './backlog/keys.ts'
import { Pane } from './backlog/Pane.tsx'
import { PlanMenu } from './backlog/PlanMenu.tsx'
import { openSprints, Planning, PlanningProvider, sectionKey, usePlanning } from './backlog/planning.tsx'
import type { Section } from './backlog/rows.ts'
import { useViewers } from './backlog/viewers.ts'
import { openDialog } from './dialog/open.ts'
import { SprintDialogs } from './dialog/SprintDialogs.tsx'
import { sumOf } from './figures/sums.ts'
import { useBoardId } from './use-board-id.ts'
import { sumWords } from './words.ts'
import './chart/chart.css'
import './header/header.css'
import './backlog/backlog.css'

/** From here on sprints and backlog stand side by side: a card need not be dragged past all others. */
const WIDE = '(min-width: 1180px)'

export function BacklogPage() {
  const board = useBoard()
  const t = useT()
  const id = useBoardId()
  const [planning] = useState(() => new Planning(id))
  const sections = useSections(planning)
  const isWide = useMedia(WIDE)
  const latest = useRef(sections)
  latest.current = sections
  planning.order = useMemo(() => sections.flatMap(({ cards, isFolded }) => (isFolded ? [] : cards)), [sections])
  usePlanningKeys(
    board,
    planning,
    useCallback(() => latest.current, []),
  )
  useEffect(() => watchDrags(board, planning), [board, planning])
  const sprints = useMemo(() => sections.filter(({ sprint }) => sprint !== null), [sections])
  const rest = useMemo(() => sections.filter(({ sprint }) => sprint === null), [sections])
  const isSplit = isWide && sprints.length > 0
  return (
    <PlanningProvider value={planning}>
      <main id="board" className="view backlog" aria-label={t('backlog.title')} tabIndex={-1}>
        <Tools />
        <div className="bl-panes" data-split={isSplit || undefined}>
          {isSplit ? (
            <>
              <Pane label={t('backlog.sprints')} sections={sprints} />
              <Pane label={t('backlog.title')} sections={rest} />
            </>
          ) : (
            <Pane label={t('backlog.title')} sections={sections} />
          )}
        </div>
      </main>
      <PlanMenu />
      <SprintDialogs />
    </PlanningProvider>
  )
}

/** Sprints by their order, then the backlog; with a search only what it finds. */
function useSections(planning: Planning): readonly Section[] {
  const { store } = useBoard()
  const snapshot = useSnapshot()
  const folded = useSignal(planning.folded, (set) => set)
  const find = useSignal(planning.find, (text) => text.trim())
  const before = useRef<readonly Section[]>([])
  return useMemo(() => {
    const test = (card: string): boolean => {
      const data = store.card(card)
      return data !== null && matchesText(find, `${data.title} ${snapshot.key ?? '#'}-${data.number ?? ''}`)
    }
    const sections = [...openSprints(snapshot.sprints), null].map((sprint, at): Section => {
      const all = store.planned(sprint?.id ?? null)
      const cards = find === '' ? all : all.filter(test)
      const isFolded = folded.has(sectionKey(sprint?.id ?? null)) && find === ''
      const last = before.current[at]
      const isSame = last && last.sprint === sprint && last.isFolded === isFolded && same(last.cards, cards)
      return isSame ? last : { sprint, cards, isFolded }
    })
    // What did not change is the same object, so that typing a title elsewhere draws nothing here.
    if (!same(before.current, sections)) before.current = sections
    return before.current
  }, [store, snapshot, folded, find])
}

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((value, at) => value === b[at]))
}

function Tools() {
  const board = useBoard()
  const planning = usePlanning()
  const t = useT()
  const canEdit = useSignal(board.canEdit, (can) => can)
  const find = useSignal(planning.find, (text) => text)
  const viewers = useViewers()
  return (
    <div className="bl-tools">
      <label className="bl-find">
        <Search className="icon" aria-hidden="true" />
        <input
          type="search"
          className="field"
          data-find
          value={find}
          aria-label={t('backlog.find')}
          placeholder={t('backlog.find')}
          onChange={(event) => planning.find.set(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing || event.keyCode === 229 || event.key !== 'Escape') return
            planning.find.set('')
            event.currentTarget.blur()
          }}
        />
      </label>
      <Selection />
      <span className="bl-push" />
      {viewers.length > 0 && (
        <ul className="bl-viewers" aria-label={t('backlog.viewers', { count: viewers.length })}>
          {viewers.slice(0, 4).map(({ clientId, name, color, isIdle }) => (
            <li key={clientId}>
              <Avatar name={name} color={color} size={20} isIdle={isIdle} label={t('backlog.viewer', { name })} />
            </li>
          ))}
        </ul>
      )}
      {canEdit && (
        <button type="button" className="button button-edge" onClick={() => openDialog({ kind: 'create' })}>
          <Plus className="icon" aria-hidden="true" />
          {t('sprint.create')}
        </button>
      )}
    </div>
  )
}

/** What is chosen, and what can be done with it by clicks. */
function Selection() {
  const board = useBoard()
  const planning = usePlanning()
  const t = useT()
  const canEdit = useSignal(board.canEdit, (can) => can)
  const selected = useSignal(board.selected, (set) => set)
  if (selected.size === 0) return null
  const clear = (): void => {
    planning.selectedFrom = null
    board.selected.set(new Set())
  }
  return (
    <div className="bl-selection" role="status">
      <b>{t('backlog.selected', { what: sumWords(sumOf(board.store, [...selected])) })}</b>
      {canEdit && (
        <button
          type="button"
          className="button"
          onClick={() => planning.menu.set(planning.order.filter((id) => selected.has(id)))}
        >
          <ArrowRightLeft className="icon" aria-hidden="true" />
          {t('backlog.move')}
        </button>
      )}
      <button
        type="button"
        className="button button-icon"
        aria-label={t('backlog.unselect')}
        title={t('backlog.unselect')}
        onClick={clear}
      >
        <X className="icon" aria-hidden="true" />
      </button>
    </div>
  )
}
