// One thing to do: a box, its words, and a handle to drag it by or to move it with the arrows.

import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { attachClosestEdge, extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { GripVertical, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { announce, toast } from '../../app/announce.tsx'
import { useBoard } from '../../board/board-context.tsx'
import type { CardData, ChecklistItem } from '../../board/read.ts'
import { useT } from '../../i18n/index.ts'
import { addItems } from './add-items.ts'
import { ItemField } from './ItemField.tsx'

interface Props {
  readonly card: CardData
  readonly item: ChecklistItem
  readonly at: number
  readonly canEdit: boolean
  readonly focusItem: (id: string) => void
  readonly addAfter: () => void
}

/** Names for screen readers stay short, whatever an item says. */
const NAME_MAX = 80

export function ItemRow({ card, item, at, canEdit, focusItem, addAfter }: Props) {
  const board = useBoard()
  const t = useT()
  const row = useRef<HTMLLIElement>(null)
  const handle = useRef<HTMLButtonElement>(null)
  const edge = useItemDrag(card, item.id, canEdit, row, handle)
  const text = item.text.slice(0, NAME_MAX)
  const items = card.checklist
  const { edits } = board
  const before = items[at + 1]?.id ?? null
  const step = (way: 'up' | 'down'): void => {
    const target = at + (way === 'up' ? -1 : 1)
    if (target < 0 || target >= items.length) return
    edits.moveItem(card.id, item.id, items[way === 'up' ? at - 1 : at + 2]?.id ?? null)
    announce(t('checklist.moved', { text, at: target + 1, of: items.length }))
  }
  const remove = (): void => {
    edits.deleteItem(card.id, item.id)
    const words = t('checklist.deleted', { text })
    announce(words)
    if (item.text !== '') toast(words, () => edits.restoreItem(card.id, item.id))
    const next = items[at - 1] ?? items[at + 1]
    if (next) focusItem(next.id)
  }
  return (
    <li ref={row} data-item={item.id} data-done={item.isDone || undefined} data-edge={edge ?? undefined}>
      <input
        type="checkbox"
        className="todo-box"
        checked={item.isDone}
        disabled={!canEdit}
        aria-label={t('checklist.tick', { text })}
        onChange={(event) => edits.tickItem(card.id, item.id, event.target.checked)}
      />
      {canEdit ? (
        <ItemField
          value={item.text}
          label={t('checklist.item', { text })}
          onStep={step}
          onEmpty={remove}
          onEscape={() => row.current?.closest<HTMLElement>('[data-board-keys]')?.focus()}
          onEnter={(next) => {
            if (next.trim() === '') return remove()
            if (next !== item.text) edits.renameItem(card.id, item.id, next)
            addAfter()
          }}
          onPaste={(pasted) => {
            const last = addItems(edits, card.id, pasted, before)
            if (last) focusItem(last)
            announce(t('checklist.added', { count: pasted.length }))
          }}
          onLeave={(next) => {
            if (next.trim() === '') edits.deleteItem(card.id, item.id)
            else if (next !== item.text) edits.renameItem(card.id, item.id, next)
          }}
        />
      ) : (
        <span className="todo-text" dir="auto">
          {item.text}
        </span>
      )}
      {canEdit && (
        <button
          ref={handle}
          type="button"
          className="button button-icon todo-grip"
          aria-label={t('checklist.move', { text })}
          title={t('checklist.moveHint')}
          onKeyDown={(event) => {
            const way = { ArrowUp: 'up', ArrowDown: 'down' }[event.key]
            if (way !== 'up' && way !== 'down') return
            event.preventDefault()
            step(way)
          }}
        >
          <GripVertical className="icon" aria-hidden="true" />
        </button>
      )}
      {canEdit && (
        <button
          type="button"
          className="button button-icon todo-remove"
          aria-label={t('checklist.delete', { text })}
          onClick={remove}
        >
          <X className="icon" aria-hidden="true" />
        </button>
      )}
    </li>
  )
}

/** Dragging by the handle; says at which edge of this row the dragged item would land. */
function useItemDrag(
  card: CardData,
  id: string,
  canEdit: boolean,
  row: React.RefObject<HTMLLIElement | null>,
  handle: React.RefObject<HTMLButtonElement | null>,
): 'top' | 'bottom' | null {
  const board = useBoard()
  const [edge, setEdge] = useState<'top' | 'bottom' | null>(null)
  const now = useRef(card)
  now.current = card
  useEffect(() => {
    const element = row.current
    const dragHandle = handle.current
    if (!element || !dragHandle || !canEdit) return
    return combine(
      draggable({ element, dragHandle, getInitialData: () => ({ kind: 'item', item: id }) }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data['kind'] === 'item' && source.data['item'] !== id,
        getData: ({ input }) => attachClosestEdge({ item: id }, { element, input, allowedEdges: ['top', 'bottom'] }),
        onDrag: ({ self }) => {
          const closest = extractClosestEdge(self.data)
          setEdge(closest === 'top' || closest === 'bottom' ? closest : null)
        },
        onDragLeave: () => setEdge(null),
        onDrop: ({ self, source }) => {
          setEdge(null)
          const moved = source.data['item']
          if (typeof moved !== 'string') return
          const items = now.current.checklist
          const at = items.findIndex((item) => item.id === id)
          const others = extractClosestEdge(self.data) === 'top' ? items.slice(at) : items.slice(at + 1)
          const before = others.find((item) => item.id !== moved)?.id ?? null
          board.edits.moveItem(now.current.id, moved, before)
        },
      }),
    )
  }, [board, id, canEdit, row, handle])
  return edge
}
