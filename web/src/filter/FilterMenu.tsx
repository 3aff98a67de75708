// The choices of a filter: of one kind behind its chip, of all kinds behind F. A choice leaves the menu open for the next.

import { Bookmark, Clock, FilterX, Route, Shapes, Tag, UserRound } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { Item, Menu, MenuLine } from '../app/Menu.tsx'
import type { Place } from '../app/PopupButton.tsx'
import { useBoard, useSnapshot } from '../board/board-context.tsx'
import { labelColor, memberOf } from '../board/CardFacts.tsx'
import { activeSprints, DUES, type Filter, isFiltering, NONE } from '../board/filter.ts'
import { CARD_TYPES } from '../board/read.ts'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import { Avatar } from '../presence/Avatar.tsx'
import { useMe } from '../presence/me.ts'
import { useFilter } from './FilterBar.tsx'
import { KINDS, type Kind, personName } from './names.ts'
import { applySaved, savedFilters } from './saved.ts'

const ICONS = { sprint: <Route />, who: <UserRound />, label: <Tag />, type: <Shapes />, due: <Clock /> } as const

/** All kinds, each with its choices, and what was saved. */
export function FilterMenu({ place }: { place: Place }) {
  const board = useBoard()
  const t = useT()
  const filter = useFilter()
  const saved = useSignal(savedFilters(board), (all) => all)
  return (
    <Menu place={place} align="start">
      {KINDS.map((kind) => (
        <DropdownMenu.Sub key={kind}>
          <DropdownMenu.SubTrigger className="menu-item">
            <span className="menu-icon" aria-hidden="true">
              {ICONS[kind]}
            </span>
            {t(`filter.${kind}`)}
            <span className="menu-more" aria-hidden="true">
              ›
            </span>
          </DropdownMenu.SubTrigger>
          <DropdownMenu.Portal>
            <DropdownMenu.SubContent className="menu menu-long" collisionPadding={8}>
              <Choices kind={kind} filter={filter} />
            </DropdownMenu.SubContent>
          </DropdownMenu.Portal>
        </DropdownMenu.Sub>
      ))}
      {saved.length > 0 && (
        <>
          <MenuLine />
          <DropdownMenu.Label className="menu-label">{t('filter.saved')}</DropdownMenu.Label>
          {saved.map(({ name, query }) => (
            <Item key={name} icon={<Bookmark />} words={name} onSelect={() => applySaved(board, query)} />
          ))}
        </>
      )}
      <MenuLine />
      <Item
        icon={<Bookmark />}
        words={t('filter.save')}
        isDisabled={!isFiltering(filter) && saved.length === 0}
        onSelect={() => requestAnimationFrame(() => board.panel.set({ kind: 'filters' }))}
      />
      <Item
        icon={<FilterX />}
        words={t('filter.clear')}
        isDisabled={!isFiltering(filter)}
        onSelect={() => board.clearFilter()}
      />
    </Menu>
  )
}

/** The choices of one kind. */
export function KindMenu({ kind, place }: { kind: Kind; place: Place }) {
  const filter = useFilter()
  return (
    <Menu place={place} align="start" className="menu menu-long">
      <Choices kind={kind} filter={filter} />
    </Menu>
  )
}

interface Choice {
  readonly value: string
  readonly words: string
  readonly mark?: ReactNode
  readonly isOn: boolean
}

function Choices({ kind, filter }: { kind: Kind; filter: Filter }) {
  const board = useBoard()
  return useChoices(kind, filter).map(({ value, words, mark, isOn }) => (
    <DropdownMenu.CheckboxItem
      key={value}
      className="menu-item menu-choice"
      checked={isOn}
      onCheckedChange={() => board.look(chosen(kind, filter, value, !isOn))}
      onSelect={(event) => event.preventDefault()}
    >
      {mark}
      <span className="cut">{words}</span>
    </DropdownMenu.CheckboxItem>
  ))
}

function useChoices(kind: Kind, filter: Filter): Choice[] {
  const t = useT()
  const me = useMe()
  const snapshot = useSnapshot()
  switch (kind) {
    case 'who': {
      const others = [...snapshot.members.keys()].filter((id) => id !== me.id)
      return [...(snapshot.members.has(me.id) ? [me.id] : []), ...others, NONE].map((id) => {
        const { name, color } = memberOf(snapshot.members, id)
        const mark = id === NONE ? null : <Avatar name={name} color={color} size={18} />
        return { value: id, words: personName(id, snapshot, me.id, t), mark, isOn: filter.who.includes(id) }
      })
    }
    case 'label': {
      const labels = [...snapshot.labels.values()].map(({ id, name, color }) => ({
        value: id,
        words: name || color,
        mark: <i className="label" style={labelColor(color)} />,
        isOn: filter.label.includes(id),
      }))
      return [...labels, { value: NONE, words: t('filter.none.label'), isOn: filter.label.includes(NONE) }]
    }
    case 'type':
      return CARD_TYPES.map((type) => ({
        value: type,
        words: t(`filter.type.${type}`),
        isOn: filter.type.includes(type),
      }))
    case 'due':
      return DUES.map((due) => ({ value: due, words: t(`filter.due.${due}`), isOn: filter.due === due }))
    case 'sprint': {
      const isOn = (id: string): boolean => Array.isArray(filter.sprint) && filter.sprint.includes(id)
      const current = { value: 'current', words: t('filter.currentSprint'), isOn: filter.sprint === 'current' }
      return [
        ...(activeSprints(snapshot).length > 0 ? [current] : []),
        { value: 'all', words: t('filter.allSprints'), isOn: filter.sprint === 'all' },
        ...snapshot.sprints.map(({ id, name }) => ({ value: id, words: name, isOn: isOn(id) })),
        { value: NONE, words: t('filter.none.sprint'), isOn: isOn(NONE) },
      ]
    }
    default:
      return kind satisfies never
  }
}

/** The filter after a choice was ticked or unticked. */
function chosen(kind: Kind, filter: Filter, value: string, isOn: boolean): Filter {
  const toggle = <T extends string>(list: readonly T[], one: T): T[] =>
    isOn ? [...list, one] : list.filter((other) => other !== one)
  switch (kind) {
    case 'who':
      return { ...filter, who: toggle(filter.who, value) }
    case 'label':
      return { ...filter, label: toggle(filter.label, value) }
    case 'type': {
      const type = CARD_TYPES.find((known) => known === value)
      return type ? { ...filter, type: toggle(filter.type, type) } : filter
    }
    case 'due':
      return { ...filter, due: isOn ? (DUES.find((due) => due === value) ?? null) : null }
    case 'sprint': {
      if (value === 'current' || value === 'all') return { ...filter, sprint: isOn ? value : 'all' }
      const sprints = toggle(Array.isArray(filter.sprint) ? filter.sprint : [], value)
      return { ...filter, sprint: sprints.length > 0 ? sprints : 'all' }
    }
    default:
      return kind satisfies never
  }
}
