// The fields with one value out of a few: status, points, priority, type, sprint.

import {
  ArrowRightFromLine,
  BookOpen,
  Bug,
  ChevronDown,
  ChevronsUp,
  ChevronUp,
  CircleHelp,
  Equal,
  Flag,
  Inbox,
  SquareCheck,
} from 'lucide-react'
import { announce } from '../app/announce.tsx'
import { moveCards } from '../board/actions.ts'
import { useBoard, useSnapshot } from '../board/board-context.tsx'
import { CARD_TYPES, type CardType, POINTS_MAX, type Priority } from '../board/read.ts'
import { useT } from '../i18n/index.ts'
import { sharedBy } from './across.ts'
import type { PickerProps } from './FieldMenu.tsx'
import { type Option, Picker } from './Picker.tsx'

const NONE = 'none'
const POINTS = [0, 1, 2, 3, 5, 8, 13] as const
/** Fewer columns and sprints than that are found by looking. */
const SEARCH_FROM = 9

const TYPE_ICONS = { task: SquareCheck, story: BookOpen, bug: Bug, issue: Flag, question: CircleHelp } as const

export function TypeIcon({ type }: { type: CardType }) {
  const Icon = TYPE_ICONS[type]
  return <Icon className={`icon type-icon type-${type}`} aria-hidden="true" />
}

const PRIORITY_ICONS = { urgent: ChevronsUp, high: ChevronUp, low: ChevronDown } as const

export function PriorityIcon({ priority }: { priority: Priority | null }) {
  const Icon = priority === null ? Equal : PRIORITY_ICONS[priority]
  return <Icon className={`icon ${priority === 'urgent' ? 'card-urgent' : ''}`} aria-hidden="true" />
}

/** Sets a field and says so. */
function useChange({ ids, close }: PickerProps) {
  const board = useBoard()
  const t = useT()
  return (field: 'points' | 'priority' | 'type', value: unknown, words: string): void => {
    board.edits.setField(ids, field, value)
    announce(t('field.done', { field: t(`field.${field}`), value: words }))
    close()
  }
}

export function PointsPicker(props: PickerProps) {
  const t = useT()
  const change = useChange(props)
  const now = sharedBy(props.cards, (card) => card.points)
  const others = now !== undefined && now !== null && !POINTS.some((points) => points === now) ? [now] : []
  const options: Option[] = [
    { id: NONE, words: t('field.none'), state: now === null },
    ...[...POINTS, ...others].map((points) => ({
      id: String(points),
      words: String(points),
      state: now === points,
    })),
  ]
  const words = (points: number): string => t('points.of', { points })
  return (
    <Picker
      label={t('field.points')}
      hint={t('points.hint')}
      options={options}
      onPick={(id) =>
        change('points', id === NONE ? null : Number(id), id === NONE ? t('field.none') : words(Number(id)))
      }
      create={{
        words: (query) => {
          const points = pointsOf(query)
          return points === null || options.some((option) => option.id === String(points)) ? null : words(points)
        },
        run: (query) => {
          const points = pointsOf(query)
          if (points !== null) change('points', points, words(points))
        },
      }}
    />
  )
}

/** A number of points that somebody typed. */
function pointsOf(text: string): number | null {
  const points = Number(text.replace(',', '.'))
  return text !== '' && Number.isFinite(points) && points >= 0 && points <= POINTS_MAX ? points : null
}

export function PriorityPicker(props: PickerProps & { values: readonly Priority[] }) {
  const t = useT()
  const change = useChange(props)
  const now = sharedBy(props.cards, (card) => props.values.find((known) => known === card.priority) ?? null)
  // Nothing is the middle, so it stands between high and low.
  const order: readonly (Priority | null)[] = ['urgent', 'high', null, 'low']
  const words = (priority: Priority | null): string =>
    t(priority === null ? 'priority.none' : `card.priority.${priority}`)
  return (
    <Picker
      label={t('field.priority')}
      options={order.map((priority) => ({
        id: priority ?? NONE,
        words: words(priority),
        icon: <PriorityIcon priority={priority} />,
        state: now === priority,
      }))}
      onPick={(id) => {
        const priority = props.values.find((known) => known === id) ?? null
        change('priority', priority, words(priority))
      }}
    />
  )
}

export function TypePicker(props: PickerProps) {
  const t = useT()
  const change = useChange(props)
  const now = sharedBy(props.cards, (card) => card.type)
  return (
    <Picker
      label={t('field.type')}
      options={CARD_TYPES.map((type) => ({
        id: type,
        words: t(`type.${type}`),
        icon: <TypeIcon type={type} />,
        state: now === type,
      }))}
      onPick={(id) => {
        const type = CARD_TYPES.find((known) => known === id)
        if (type) change('type', type, t(`type.${type}`))
      }}
    />
  )
}

export function SprintPicker({ cards, ids, close }: PickerProps) {
  const board = useBoard()
  const t = useT()
  const { sprints } = useSnapshot()
  const open = sprints.filter((sprint) => sprint.state !== 'closed')
  const now = sharedBy(cards, (card) => open.find((sprint) => sprint.id === card.plan.sprint)?.id ?? null)
  const options: Option[] = [
    { id: NONE, words: t('sprint.backlog'), icon: <Inbox className="icon" />, state: now === null },
    ...open.map((sprint) => ({
      id: sprint.id,
      words: sprint.name,
      icon: <ArrowRightFromLine className="icon" />,
      hint: t(`sprint.${sprint.state}`),
      state: now === sprint.id,
    })),
  ]
  return (
    <Picker
      label={t('field.sprint')}
      {...(options.length >= SEARCH_FROM ? { hint: t('field.search') } : {})}
      options={options}
      onPick={(id) => {
        board.edits.plan(ids, id === NONE ? null : id, null)
        const value = options.find((option) => option.id === id)?.words ?? ''
        announce(t('field.done', { field: t('field.sprint'), value }))
        close()
      }}
    />
  )
}

export function StatusPicker({ cards, ids, close, anchor }: PickerProps) {
  const board = useBoard()
  const t = useT()
  const { columns } = useSnapshot()
  const now = sharedBy(cards, (card) => board.store.columnOf(card.id)?.column.id)
  return (
    <Picker
      label={t('field.status')}
      {...(columns.length >= SEARCH_FROM ? { hint: t('field.search') } : {})}
      options={columns.map(({ column }) => ({
        id: column.id,
        words: column.name,
        icon: <i className={`state state-${column.category}`} />,
        state: column.id === now,
      }))}
      onPick={(id) => {
        close()
        const moving = ids.filter((card) => board.store.columnOf(card)?.column.id !== id)
        if (moving.length === 0) return
        if (anchor?.closest('.drawer')) stayAt(anchor)
        moveCards(board, moving, { column: id, before: null })
      }}
    />
  )
}

/** Longer than it takes to draw a moved card. */
const STAY_MS = 400

/** A move gives the focus to the card on the board; who moves it from the open card stays there. */
function stayAt(anchor: HTMLElement): void {
  const back = (event: FocusEvent): void => {
    if (event.target instanceof Element && event.target.matches('[data-card]')) anchor.focus()
  }
  addEventListener('focusin', back)
  setTimeout(() => removeEventListener('focusin', back), STAY_MS)
}
