// What the palette shows for what was typed: places, actions and cards, the likeliest first.

import { boardPath } from '../app/routes.ts'
import { textMatcher } from '../app/search.ts'
import { recall, remember } from '../app/stored.ts'
import { isShown } from '../board/board-store.ts'
import { cardNumber } from '../board/CardFacts.tsx'
import { t } from '../i18n/index.ts'
import { type Action, actionsOf, type Context } from './actions.ts'
import { appActions, placesOf } from './app-actions.ts'
import { boardActions } from './board-actions.ts'

export interface Group {
  readonly name: 'recent' | 'go' | 'do' | 'cards'
  readonly actions: readonly Action[]
}

const STORED = 'calit.palette'
const RECENT_MAX = 5
const CARDS_MAX = 20
const OTHERS_MAX = 8

export function find(query: string, context: Context): Group[] {
  const places = placesOf(context)
  const things = [...boardActions(context), ...actionsOf(context), ...appActions()]
  const matches = textMatcher(query)
  // What stands beside the words tells what a thing is; it is not what one looks for.
  const isFound = ({ words, also = '' }: Action): boolean => matches(`${words} ${also}`)
  const found = (actions: readonly Action[]): Action[] =>
    // What says it in its own words comes before what is only known by another name.
    actions
      .filter(isFound)
      .sort((a, b) => Number(matches(b.words)) - Number(matches(a.words)))
      .slice(0, OTHERS_MAX)
  if (query.trim() === '') {
    const all = [...places, ...things]
    const recent = recentIds().flatMap((id) => all.find((action) => action.id === id) ?? [])
    const isNew = (action: Action): boolean => action.isFirst === true && !recent.includes(action)
    return filled([
      { name: 'recent', actions: recent },
      { name: 'do', actions: things.filter(isNew) },
      { name: 'go', actions: places.filter(isNew).slice(0, OTHERS_MAX) },
    ])
  }
  return filled([
    { name: 'go', actions: found(places) },
    { name: 'do', actions: found(things) },
    { name: 'cards', actions: cardsOf(query, context) },
  ])
}

/** Puts what was used on top for the next time. */
export function remembered({ id }: Action): void {
  if (id.startsWith('card ')) return
  remember(STORED, JSON.stringify([id, ...recentIds().filter((other) => other !== id)].slice(0, RECENT_MAX)))
}

function filled(groups: Group[]): Group[] {
  return groups.filter(({ actions }) => actions.length > 0)
}

function recentIds(): string[] {
  try {
    const stored: unknown = JSON.parse(recall(STORED) ?? '[]')
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : []
  } catch {
    return []
  }
}

/** Cards by title and number: a number that was typed whole comes first, then titles that begin so. */
function cardsOf(query: string, { board, boardId, go }: Context): Action[] {
  if (!board || boardId === null) return []
  const snapshot = board.store.snapshot()
  const matches = textMatcher(query)
  const typed = query.trim().toLowerCase()
  const ranked: { readonly rank: number; readonly action: Action }[] = []
  for (const card of board.store.cards()) {
    const number = cardNumber(card, snapshot) ?? ''
    if (!isShown(card) || !matches(`${number} ${card.title}`)) continue
    const isNumber = number.toLowerCase() === typed || String(card.number ?? '') === typed
    const rank = isNumber ? 0 : card.title.toLowerCase().startsWith(typed) ? 1 : 2
    const path = boardPath(boardId, { card: card.id })
    const column = board.store.columnOf(card.id)?.column.name
    const action: Action = {
      id: `card ${card.id}`,
      words: `${number} ${card.title || t('card.untitled')}`.trim(),
      ...(column ? { detail: column } : {}),
      path,
      run: () => go(path),
    }
    ranked.push({ rank, action })
  }
  ranked.sort((a, b) => a.rank - b.rank)
  return ranked.slice(0, CARDS_MAX).map(({ action }) => action)
}
