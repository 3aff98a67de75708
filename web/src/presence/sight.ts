// What I look at, told to those who follow me.

import type { BoardModel } from '../board/board-context.tsx'
import type { Sight } from './people.ts'

/** Often enough to feel led, seldom enough to cost nothing. */
const TELL_MS = 250

/** Tells my sight whenever it changes, until it is stopped. */
export function showSight(board: BoardModel): () => void {
  let last = ''
  const tell = (): void => {
    const sight = sightNow()
    const said = JSON.stringify(sight)
    if (said === last) return
    last = said
    board.people.setSight(sight)
  }
  const timer = setInterval(tell, TELL_MS)
  tell()
  return () => {
    clearInterval(timer)
    board.people.setSight(null)
  }
}

function sightNow(): Sight {
  const tops: Record<string, string> = {}
  for (const list of document.querySelectorAll<HTMLElement>('[data-column]')) {
    const card = topCard(list.querySelector('.column-cards'))
    const column = list.dataset['column']
    if (card && column) tops[column] = card
  }
  const [, , , ...rest] = location.pathname.split('/')
  return { path: `/${rest.join('/')}${location.search}`.replace(/^\/$/, ''), tops, left: leftColumn() }
}

/** The uppermost card that is mostly in view; none while the list is at its top. */
function topCard(list: Element | null): string | null {
  if (!list || list.scrollTop < 1) return null
  const { top } = list.getBoundingClientRect()
  for (const card of list.querySelectorAll<HTMLElement>('[data-card]')) {
    const box = card.getBoundingClientRect()
    if (box.y + box.height / 2 > top) return card.dataset['card'] ?? null
  }
  return null
}

function leftColumn(): string | null {
  const board = document.getElementById('board')
  if (!board || board.scrollLeft < 1) return null
  const { left } = board.getBoundingClientRect()
  for (const column of board.querySelectorAll<HTMLElement>('[data-column]')) {
    const box = column.getBoundingClientRect()
    if (box.x + box.width / 2 > left) return column.dataset['column'] ?? null
  }
  return null
}
