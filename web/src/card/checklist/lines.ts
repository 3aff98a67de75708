// Several lines pasted at once are several things to do.

/** More than that is a document, not a list. */
const LINES_MAX = 200
const BULLET = /^\s*(?:[-*•·]|\d{1,3}[.)])?\s*(?:\[([ xX])\]\s*)?/

export interface PastedItem {
  readonly text: string
  readonly isDone: boolean
}

/** The items in a pasted text; null when it is a single line, which is pasted as any text. */
export function pastedItems(text: string): PastedItem[] | null {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '')
  if (lines.length < 2) return null
  const items = lines.slice(0, LINES_MAX).map((line) => {
    const mark = BULLET.exec(line)
    return { text: line.slice(mark?.[0].length ?? 0).trim(), isDone: (mark?.[1] ?? ' ') !== ' ' }
  })
  return items.filter((item) => item.text !== '')
}
