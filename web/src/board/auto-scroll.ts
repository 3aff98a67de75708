// Lists that scroll when something is held at their edge. Fetched after the board stands: nothing is dragged before.

import type { Dispose } from '../sync/index.ts'

export function autoScroll(element: Element): Dispose {
  let stop: Dispose | null = null
  let isGone = false
  const attach = async (): Promise<void> => {
    const { autoScrollForElements } = await import('@atlaskit/pragmatic-drag-and-drop-auto-scroll/element')
    if (!isGone) stop = autoScrollForElements({ element })
  }
  // Without it, dragging works but for the edges.
  attach().catch(() => {})
  return () => {
    isGone = true
    stop?.()
  }
}
