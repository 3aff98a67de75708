// Sections one under the other; only what is in view is drawn.

import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { autoScroll } from '../../board/auto-scroll.ts'
import { isDragging, useBoard, usePeople } from '../../board/board-context.tsx'
import { useSignal } from '../../board/signal.ts'
import { sectionOfDrag } from './drag.ts'
import { PlanRow } from './PlanRow.tsx'
import { usePlanning } from './planning.tsx'
import { planRows, type PlanRow as Row, rowKey, type Section } from './rows.ts'
import { SectionEnd } from './SectionEnd.tsx'
import { SectionHead } from './SectionHead.tsx'

/** Heights in px before they are measured. */
const ROW_PX = 36
const HEAD_PX = 84

interface Props {
  readonly label: string
  readonly sections: readonly Section[]
}

export function Pane({ label, sections }: Props) {
  const board = useBoard()
  const planning = usePlanning()
  const scroller = useRef<HTMLElement>(null)
  const rows = useMemo(() => planRows(sections), [sections])
  const focused = useSignal(board.focused, (card) => card)
  const to = useSignal(planning.hand, (hand) => hand?.to ?? null)
  const drags = usePeople((people) => people.filter(isDragging))
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => (rows[at]?.kind === 'head' ? HEAD_PX : ROW_PX),
    // Not a new function at each paint, or every scroll would measure all rows.
    getItemKey: useCallback(
      (at: number) => {
        const row = rows[at]
        return row ? rowKey(row) : at
      },
      [rows],
    ),
    overscan: 10,
    // Until the pane is measured, a screenful is drawn.
    initialRect: { width: 600, height: 800 },
  })
  useEffect(() => {
    const scroll = (card: string): boolean => {
      const at = rows.findIndex((row) => row.kind === 'card' && row.card === card)
      if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' })
      return at >= 0
    }
    planning.scrollers.add(scroll)
    return () => void planning.scrollers.delete(scroll)
  }, [planning, rows, virtual])
  useEffect(() => (scroller.current ? autoScroll(scroller.current) : undefined), [])
  const tabStop = useMemo(() => {
    const cards = sections.flatMap((section) => (section.isFolded ? [] : section.cards))
    return focused !== null && cards.includes(focused) ? focused : cards[0]
  }, [sections, focused])
  const lineAt = (row: Row): React.CSSProperties | null => {
    if (row.kind === 'head') return null
    const sprint = row.section.sprint?.id ?? null
    const before = row.kind === 'card' ? row.card : null
    if (to && to.sprint === sprint && to.before === before)
      return { '--line-color': 'var(--accent-text)' } as React.CSSProperties
    const other = drags.find(({ drag }) => sectionOfDrag(drag.column) === sprint && drag.before === before)
    return other ? ({ '--line-color': `var(--person-${other.color})` } as React.CSSProperties) : null
  }
  return (
    <section ref={scroller} className="bl-pane" aria-label={label}>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without markers */}
      <ul role="list" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (!row) return null
          const line = lineAt(row)
          const taken = row.kind === 'card' ? drags.find(({ drag }) => drag.card === row.card) : undefined
          const place =
            row.kind === 'card' ? { 'aria-setsize': row.section.cards.length, 'aria-posinset': row.at + 1 } : {}
          return (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              data-line={line ? true : undefined}
              style={{ ...line, transform: `translateY(${item.start}px)` }}
              {...place}
            >
              {row.kind === 'head' && <SectionHead section={row.section} />}
              {row.kind === 'card' && (
                <PlanRow
                  id={row.card}
                  sprint={row.section.sprint?.id ?? null}
                  isTabStop={row.card === tabStop}
                  takenBy={taken ?? null}
                />
              )}
              {row.kind === 'end' && <SectionEnd section={row.section} />}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
