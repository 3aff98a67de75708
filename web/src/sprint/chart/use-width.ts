// How wide an element is, so that a chart is drawn for its place and its letters keep their size.

import { type RefObject, useLayoutEffect, useState } from 'react'

/** Before it is measured. */
const WIDTH_PX = 560
/** Narrower than this nothing could be read. */
const LEAST_PX = 280

export function useWidth(ref: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(WIDTH_PX)
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const measure = (): void => setWidth(Math.max(LEAST_PX, Math.round(element.clientWidth)))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref])
  return width
}
