// Which parts of a document a transaction touched: for telling a person what an edit was about, without its bytes.

import type * as Y from 'yjs'
import type { Path } from './unsaved-edits.ts'

/** Names further in tell a person nothing. */
const DEPTH_MAX = 4

/** An edit of everything (an import, a restored version) is told by its first parts. */
const PATHS_MAX = 500

/** The parts that a transaction touched, each once: the root's name, and names of maps inwards. Lists and texts count as one. */
export function touchedBy({ changed, doc }: Y.Transaction): Path[] {
  const found = new Map<string, Path>()
  for (const [type, keys] of changed) {
    const path = pathOf(type, doc)
    if (!path) continue
    for (const key of keys) {
      const whole = (key === null ? path : [...path, key]).slice(0, DEPTH_MAX)
      if (found.size < PATHS_MAX) found.set(JSON.stringify(whole), whole)
    }
  }
  return [...found.values()]
}

type Shared = Parameters<Y.Transaction['changed']['get']>[0]

/** Null for what is not in the document any more. */
function pathOf(type: Shared, document: Y.Doc): string[] | null {
  const path: string[] = []
  let at: Shared | null = type
  while (at?._item) {
    if (at._item.deleted) return null
    if (at._item.parentSub !== null) path.unshift(at._item.parentSub)
    at = at._item.parent as Shared | null
  }
  for (const [name, root] of document.share) if (root === at) return [name, ...path]
  return null
}
