// Dragging on the backlog page: one monitor turns where the pointer is into a place, tells the team, and plans on drop.

import { draggable, dropTargetForElements, monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { setCustomNativeDragPreview } from '@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview'
import { attachClosestEdge, extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { titleOf } from '../../board/actions.ts'
import type { BoardModel } from '../../board/board-context.tsx'
import { t } from '../../i18n/index.ts'
import type { Dispose } from '../../sync/index.ts'
import { planCards } from '../actions.ts'
import { focusRow } from './focus.ts'
import { actedOn, type Planning, type PlanPlace } from './planning.tsx'

type Target = { readonly data: Record<string | symbol, unknown> }

const KIND = 'plan'
/** Under what name the team hears of a section: no column of a board is called so. */
const SECTION = 'plan-'

/** The section that somebody else's drag is over; undefined when it is none of this page. */
export function sectionOfDrag(column: string): string | null | undefined {
  if (!column.startsWith(SECTION)) return undefined
  return column.slice(SECTION.length) || null
}

export function watchDrags(board: BoardModel, planning: Planning): Dispose {
  const hold = (targets: readonly Target[]): void => {
    const hand = planning.hand.get()
    if (!hand) return
    const to = placeAt(board, hand.ids, targets)
    if (hand.to?.sprint === to?.sprint && hand.to?.before === to?.before && (hand.to === null) === (to === null)) return
    planning.hand.set({ ids: hand.ids, to })
    const [card] = hand.ids
    const column = `${SECTION}${to?.sprint ?? ''}`
    board.people.setDrag(
      to && card ? { card, others: hand.ids.slice(1, 8), count: hand.ids.length, column, before: to.before } : null,
    )
  }
  return monitorForElements({
    canMonitor: ({ source }) => source.data['kind'] === KIND,
    onDrag: ({ location }) => hold(location.current.dropTargets),
    onDropTargetChange: ({ location }) => hold(location.current.dropTargets),
    onDrop: ({ location }) => {
      // The last place may not have been told yet; after Escape there is none.
      hold(location.current.dropTargets)
      const hand = planning.hand.get()
      planning.hand.set(null)
      board.people.setDrag(null)
      if (!hand?.to) return
      planCards(board, hand.ids, hand.to.sprint, hand.to.before)
      if (hand.ids[0]) focusRow(board, planning, hand.ids[0])
    },
  })
}

function placeAt(board: BoardModel, ids: readonly string[], targets: readonly Target[]): PlanPlace | null {
  const data = targets[0]?.data
  if (!data || data['kind'] !== KIND) return null
  const sprint = typeof data['sprint'] === 'string' ? data['sprint'] : null
  const order = board.store.planned(sprint)
  const rest = order.filter((id) => !ids.includes(id))
  const over = data['card']
  if (typeof over !== 'string') return { sprint, before: data['end'] === true ? null : (rest[0] ?? null) }
  const isAbove = extractClosestEdge(data) === 'top'
  const from = order.indexOf(over) + (isAbove ? 0 : 1)
  return { sprint, before: order.slice(from).find((id) => !ids.includes(id)) ?? null }
}

/** A card that can be taken, alone or with the others that are chosen. */
export function dragRow(element: HTMLElement, board: BoardModel, planning: Planning, card: string): Dispose {
  return draggable({
    element,
    canDrag: () => board.canEdit.get() && !element.contains(fieldIn(element)),
    getInitialData: () => ({ kind: KIND }),
    onGenerateDragPreview: ({ nativeSetDragImage }) => {
      const ids = actedOn(board, planning, card)
      setCustomNativeDragPreview({
        nativeSetDragImage,
        getOffset: () => ({ x: 12, y: 20 }),
        render: ({ container }) => container.append(lifted(board, card, ids.length)),
      })
    },
    onDragStart: () => planning.hand.set({ ids: actedOn(board, planning, card), to: null }),
  })
}

function fieldIn(element: HTMLElement): Element | null {
  const { activeElement } = document
  return activeElement instanceof HTMLInputElement &&
    activeElement.type !== 'checkbox' &&
    element.contains(activeElement)
    ? activeElement
    : null
}

/** What hangs under the pointer: the card's words, and how many come along. */
function lifted(board: BoardModel, card: string, count: number): HTMLElement {
  const picture = document.createElement('div')
  picture.className = 'bl-lifted'
  const title = document.createElement('span')
  title.className = 'cut'
  title.textContent = titleOf(board, card)
  picture.append(title)
  if (count > 1) {
    const badge = document.createElement('b')
    badge.textContent = t('sprint.amount.count', { n: count })
    picture.append(badge)
  }
  return picture
}

export function dropOnCard(element: HTMLElement, sprint: string | null, card: string): Dispose {
  return dropTargetForElements({
    element,
    canDrop: ({ source }) => source.data['kind'] === KIND,
    getData: ({ input }) =>
      attachClosestEdge({ kind: KIND, sprint, card }, { input, element, allowedEdges: ['top', 'bottom'] }),
  })
}

/** A section's head takes cards to its top, its end to the bottom. */
export function dropOnSection(element: HTMLElement, sprint: string | null, end: boolean): Dispose {
  return dropTargetForElements({
    element,
    canDrop: ({ source }) => source.data['kind'] === KIND,
    getData: () => ({ kind: KIND, sprint, end }),
  })
}
