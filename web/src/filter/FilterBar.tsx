// The bar over the columns: what to look for, which cards to see, and how many those are. It changes this view alone.

import { Clock, Plus, Route, Rows3, Search, Shapes, Tag, UserRound, X } from 'lucide-react'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { lazyPart } from '../app/lazy-part.ts'
import { PopupButton } from '../app/PopupButton.tsx'
import { useBoard, useShown, useSnapshot } from '../board/board-context.tsx'
import { activeSprints, type Filter, isFiltering } from '../board/filter.ts'
import { focusCard } from '../board/focus.ts'
import { useT } from '../i18n/index.ts'
import { useMe } from '../presence/me.ts'
import { chosenNames, KINDS, type Kind, without } from './names.ts'
import './filter.css'

const FilterMenu = lazyPart(async () => (await import('./FilterMenu.tsx')).FilterMenu)
const KindMenu = lazyPart(async () => (await import('./FilterMenu.tsx')).KindMenu)
const ViewMenu = lazyPart(async () => (await import('./ViewMenu.tsx')).ViewMenu)

const ICONS = { sprint: Route, who: UserRound, label: Tag, type: Shapes, due: Clock } as const
/** Shown before anything is chosen; the others come through the menu. */
const ALWAYS = new Set<Kind>(['who', 'label', 'due'])
const NAMES_MAX = 2
/** Typing is not to wait for thousands of cards. */
const TYPING_MS = 120

export function useFilter(): Filter {
  const { lens } = useBoard()
  return useSyncExternalStore(lens.subscribe, lens.filter)
}

export function FilterBar() {
  const board = useBoard()
  const t = useT()
  const me = useMe()
  const filter = useFilter()
  const snapshot = useSnapshot()
  const { count, total } = useShown()
  return (
    <search className="filters" aria-label={t('filter.bar')}>
      <Find filter={filter} />
      {KINDS.map((kind) => {
        const names = chosenNames(kind, filter, snapshot, me.id, t)
        if (names.length === 0 && !ALWAYS.has(kind) && !(kind === 'sprint' && activeSprints(snapshot).length > 0))
          return null
        return <Chip key={kind} kind={kind} names={names} filter={filter} />
      })}
      <PopupButton
        kind="menu"
        className="chip chip-quiet"
        label={t('filter.add')}
        title={`${t('filter.add')} F`}
        data={{ 'data-add-filter': '' }}
        popup={(place) => <FilterMenu place={place} />}
      >
        <Plus className="icon" aria-hidden="true" />
        <kbd aria-hidden="true">F</kbd>
      </PopupButton>
      {count !== total && (
        <span className="filter-count" title={t('filter.count', { count, total })}>
          {count} / {total}
        </span>
      )}
      {isFiltering(filter) && (
        <button type="button" className="chip chip-clear" onClick={() => board.clearFilter()}>
          {t('filter.clear')}
        </button>
      )}
      <span className="topbar-push" />
      <PopupButton kind="menu" className="button filter-view" popup={(place) => <ViewMenu place={place} />}>
        <Rows3 className="icon" aria-hidden="true" />
        {t('view.open')}
      </PopupButton>
    </search>
  )
}

interface ChipProps {
  readonly kind: Kind
  readonly names: readonly string[]
  readonly filter: Filter
}

function Chip({ kind, names, filter }: ChipProps) {
  const board = useBoard()
  const t = useT()
  const Icon = ICONS[kind]
  const kindName = t(`filter.${kind}`)
  const isSet = names.length > 0
  const shown = names.slice(0, NAMES_MAX).join(', ')
  const words = names.length > NAMES_MAX ? `${shown} +${names.length - NAMES_MAX}` : shown
  return (
    <span className={isSet ? 'chip-set' : 'chip-free'}>
      <PopupButton
        kind="menu"
        className="chip"
        title={isSet ? `${kindName}: ${names.join(', ')}` : kindName}
        data={{ 'data-filter': kind }}
        popup={(place) => <KindMenu kind={kind} place={place} />}
      >
        <Icon className="icon" aria-hidden="true" />
        {isSet && <span className="visually-hidden">{kindName}: </span>}
        <span className="cut">{isSet ? words : kindName}</span>
      </PopupButton>
      {isSet && (
        <button
          type="button"
          className="chip-x"
          aria-label={t('filter.remove', { name: words })}
          onClick={() => board.look(without(kind, filter))}
        >
          <X className="icon" aria-hidden="true" />
        </button>
      )}
    </span>
  )
}

function Find({ filter }: { filter: Filter }) {
  const board = useBoard()
  const t = useT()
  const [text, setText] = useState(filter.q)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // Changed from elsewhere: a link, Back, a saved filter.
    if (document.activeElement !== input.current) setText(filter.q)
  }, [filter.q])
  useEffect(() => {
    if (text.trim() === board.lens.filter().q.trim()) return
    const timer = setTimeout(() => board.look({ ...board.lens.filter(), q: text }), TYPING_MS)
    return () => clearTimeout(timer)
  }, [board, text])
  const toBoard = (): void => {
    // A key before the card is drawn and has the focus is meant for the board already.
    input.current?.blur()
    const first = board.lens.shown().columns.find((view) => view.cards.length > 0)?.cards[0]
    if (first) focusCard(board, first)
  }
  return (
    <label className="find">
      <Search className="icon" aria-hidden="true" />
      <input
        ref={input}
        value={text}
        data-find
        placeholder={t('filter.find')}
        aria-label={t('filter.find')}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.keyCode === 229) return
          if (event.key === 'Enter' || event.key === 'ArrowDown') {
            event.preventDefault()
            board.look({ ...board.lens.filter(), q: text })
            toBoard()
          }
          if (event.key !== 'Escape') return
          event.stopPropagation()
          if (text === '') toBoard()
          setText('')
        }}
      />
      {text === '' && <kbd aria-hidden="true">/</kbd>}
    </label>
  )
}
