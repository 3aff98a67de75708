// The filter stands in the address: read from there, written there.

import { useLayoutEffect } from 'react'
import { useLocation, useSearch } from 'wouter'
import type { BoardModel } from '../board/board-context.tsx'
import { cleared, filterQuery, parseFilter } from '../board/filter.ts'

export function useFilterInAddress(board: BoardModel): void {
  const search = useSearch()
  const [, navigate] = useLocation()
  useLayoutEffect(() => board.lens.setFilter(parseFilter(search)), [board, search])
  useLayoutEffect(() => {
    board.look = (filter) => {
      board.lens.setFilter(filter)
      // Changing one's mind about what to see is no step to go Back to.
      navigate(location.pathname + filterQuery(filter), { replace: true })
    }
    board.clearFilter = () => board.look(cleared(board.lens.filter()))
  }, [board, navigate])
}
