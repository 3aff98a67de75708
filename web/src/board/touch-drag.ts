// Dragging by touch: a card that is pressed for a moment comes along with the finger. The move sheet does the same
// without. Fetched only where there is a touch screen.

import type { BoardModel, Target } from './board-context.tsx'
import { changing, holdOver, letGo, placeAt, take } from './drag.ts'
import { showStack } from './lifted.ts'

const PRESS_MS = 300
/** A finger that wanders this far scrolls. */
const SLACK_PX = 10
/** Held this close to an edge, the list or the board moves along. */
const EDGE_PX = 56
const SCROLL_PX = 12
const TURN_MS = 450
/** The picture lies under the finger, a little up so that it can be seen. */
const LIFT_PX = 12

interface Held {
  readonly pointer: number
  readonly picture: HTMLElement
  readonly dx: number
  readonly dy: number
  x: number
  y: number
  turnedAt: number
}

export function dragByTouch(board: BoardModel): () => void {
  let timer = 0
  let from: { x: number; y: number } | null = null
  let held: Held | null = null
  let frame = 0

  const lift = (element: HTMLElement, card: string, pointer: number, x: number, y: number): void => {
    const box = element.getBoundingClientRect()
    take(board, card)
    const hand = board.hand.get()
    const picture = element.cloneNode(true) as HTMLElement
    // Only one element is the card.
    picture.removeAttribute('data-card')
    picture.classList.add('card-lifted', 'card-by-touch')
    picture.style.width = `${box.width}px`
    if (hand?.kind === 'card') showStack(picture, hand.cards.length)
    document.body.append(picture)
    held = { pointer, picture, dx: x - box.x, dy: y - box.y + LIFT_PX, x, y, turnedAt: Date.now() }
    navigator.vibrate?.(10)
    follow()
  }
  const follow = (): void => {
    if (!held) return
    const { picture, x, y, dx, dy } = held
    picture.style.transform = `translate(${x - dx}px, ${y - dy}px) rotate(2deg)`
    const hand = board.hand.get()
    if (hand?.kind === 'card') holdOver(board, placeUnder(board, hand.cards, x, y))
    moveAlong(held)
    frame = requestAnimationFrame(follow)
  }
  const end = (isDrop: boolean): void => {
    clearTimeout(timer)
    cancelAnimationFrame(frame)
    from = null
    if (!held) return
    held.picture.remove()
    held = null
    if (!isDrop) holdOver(board, null)
    letGo(board)
  }

  const onDown = (event: PointerEvent): void => {
    if (event.pointerType !== 'touch' || !event.isPrimary || !board.canEdit.get()) return
    const target = event.target instanceof Element ? event.target : null
    const element = target?.closest<HTMLElement>('[data-card]')
    const card = element?.dataset['card']
    if (!element || !card || target?.closest('button, input')) return
    const { pointerId, clientX: x, clientY: y } = event
    from = { x, y }
    timer = window.setTimeout(() => lift(element, card, pointerId, x, y), PRESS_MS)
  }
  const onMove = (event: PointerEvent): void => {
    if (held && event.pointerId === held.pointer) {
      held.x = event.clientX
      held.y = event.clientY
    } else if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > SLACK_PX) {
      end(false)
    }
  }
  // The browser would scroll, show its own menu, or begin a drag of its own.
  const keep = (event: Event): void => {
    if (held && event.cancelable) event.preventDefault()
  }
  const onClick = (event: Event): void => {
    if (Date.now() - droppedAt < 400) event.stopPropagation()
  }
  let droppedAt = 0
  const onUp = (): void => {
    if (held) droppedAt = Date.now()
    end(true)
  }
  const onCancel = (): void => end(false)
  const events: readonly (readonly [string, EventListener, AddEventListenerOptions])[] = [
    ['pointerdown', onDown as EventListener, { passive: true }],
    ['pointermove', onMove as EventListener, { passive: true }],
    ['pointerup', onUp, {}],
    ['pointercancel', onCancel, {}],
    ['touchmove', keep, { passive: false }],
    ['contextmenu', keep, {}],
    ['dragstart', keep, { capture: true }],
    ['click', onClick, { capture: true }],
  ]
  for (const [name, listener, options] of events) document.addEventListener(name, listener, options)
  return () => {
    end(false)
    for (const [name, listener, options] of events) document.removeEventListener(name, listener, options)
  }
}

/** The place under a finger: above or below the card there, or the end of the column. */
function placeUnder(board: BoardModel, cards: readonly string[], x: number, y: number): Target | null {
  const under = document.elementFromPoint(x, y)
  const card = under?.closest<HTMLElement>('[data-card]')
  const id = card?.dataset['card']
  if (card && id) {
    const box = card.getBoundingClientRect()
    return placeAt(board, cards, id, y < box.y + box.height / 2)
  }
  const home = under?.closest<HTMLElement>('[data-column]')
  const column = home?.dataset['column']
  const lane = home?.dataset['lane']
  if (!column) return null
  // Between two cards the last place still holds.
  const hand = board.hand.get()
  if (under?.closest('.cards') && hand?.kind === 'card' && hand.to?.column === column) return hand.to
  return changing(board, cards, { column, before: null, ...(lane !== undefined && { lane }) })
}

/** At the upper and lower edge the list scrolls; at the sides a phone turns to the next column. */
function moveAlong(held: Held): void {
  const board = document.getElementById('board')
  const list = document.elementFromPoint(held.x, held.y)?.closest('.column-cards') ?? board
  if (!board || !list) return
  const box = list.getBoundingClientRect()
  if (held.y < box.top + EDGE_PX) list.scrollTop -= SCROLL_PX
  else if (held.y > box.bottom - EDGE_PX) list.scrollTop += SCROLL_PX
  const turn = held.x < EDGE_PX / 2 ? -1 : held.x > innerWidth - EDGE_PX / 2 ? 1 : 0
  if (turn === 0 || Date.now() - held.turnedAt < TURN_MS) return
  held.turnedAt = Date.now()
  const step = board.firstElementChild?.clientWidth ?? innerWidth
  board.scrollBy({ left: turn * step, behavior: 'smooth' })
}
