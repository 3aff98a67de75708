// A column: its head, its cards, and a field for the next card. Folded away it is its name on a narrow strip.

import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { attachClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { Plus } from 'lucide-react'
import { memo, type RefObject, useEffect, useRef } from 'react'
import { useT } from '../i18n/index.ts'
import { autoScroll } from './auto-scroll.ts'
import { useBoard } from './board-context.tsx'
import { CardList } from './CardList.tsx'
import { ColumnHead } from './ColumnHead.tsx'
import type { ShownColumn } from './lens.ts'
import { NewCard } from './NewCard.tsx'
import { useSignal } from './signal.ts'
import './column.css'

interface Props {
  readonly view: ShownColumn
  readonly index: number
  readonly count: number
}

export const Column = memo(function Column({ view, index, count }: Props) {
  const board = useBoard()
  const t = useT()
  const { column } = view
  const section = useRef<HTMLElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const isFolded = useSignal(board.lens.folded, (folded) => folded.has(column.id))
  const canEdit = useSignal(board.canEdit, (can) => can)
  const newCard = useSignal(board.newCard, (field) => (field?.column === column.id ? field.at : null))
  const isOver = useSignal(board.hand, (hand) => hand?.kind === 'card' && hand.to?.column === column.id)
  const columnLine = useSignal(board.hand, (hand) =>
    hand?.kind === 'column' && hand.isPlaced && hand.before === column.id ? 'before' : null,
  )
  useColumnTarget(section, column.id)
  useEffect(() => (list.current && !isFolded ? autoScroll(list.current) : undefined), [isFolded])
  const isDone = column.category === 'done'
  const classes = ['column', columnLine && 'column-line', isDone && 'column-done', isFolded && 'column-folded']
  return (
    <section
      ref={section}
      className={classes.filter(Boolean).join(' ')}
      aria-label={column.name}
      data-column={column.id}
      data-over={isOver || undefined}
    >
      <ColumnHead view={view} index={index} count={count} isFolded={isFolded} />
      {!isFolded && (
        <>
          {newCard === 'top' && <NewCard view={view} at="top" />}
          <div ref={list} className="column-cards">
            <CardList column={column} cards={view.cards} scroller={list} />
            {newCard === 'bottom' && <NewCard view={view} at="bottom" />}
            {canEdit && newCard !== 'bottom' && (
              <button
                type="button"
                className="button card-add"
                onClick={() => board.newCard.set({ column: column.id, at: 'bottom' })}
              >
                <Plus className="icon" aria-hidden="true" />
                {t('card.add')}
              </button>
            )}
          </div>
        </>
      )}
    </section>
  )
})

/** Makes an element take cards for the end of a column, and other columns at its sides. */
export function useColumnTarget(ref: RefObject<HTMLElement | null>, column: string, lane?: string): void {
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const data = { kind: 'column', column, ...(lane !== undefined && { lane }) }
    return combine(
      dropTargetForElements({
        element,
        canDrop: ({ source }) =>
          source.data['kind'] === 'card' || (lane === undefined && source.data['column'] !== column),
        getData: ({ input, element, source }) =>
          source.data['kind'] === 'card'
            ? data
            : attachClosestEdge(data, { input, element, allowedEdges: ['left', 'right'] }),
      }),
    )
  }, [ref, column, lane])
}
