// A description as plain text: until the editor has come, for those who may only read, and where the editor would
// lose something.

import { useEffect, useReducer } from 'react'
import * as Y from 'yjs'

export function PlainText({ fragment }: { fragment: Y.XmlFragment }) {
  const [, repaint] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    fragment.observeDeep(repaint)
    return () => fragment.unobserveDeep(repaint)
  }, [fragment])
  return fragment.toArray().map((block, at) => <p key={at}>{textOf(block)}</p>)
}

function textOf(node: unknown): string {
  if (node instanceof Y.XmlElement) return node.toArray().map(textOf).join('')
  if (!(node instanceof Y.XmlText)) return ''
  const parts: { insert: unknown }[] = node.toDelta()
  return parts.map(({ insert }) => (typeof insert === 'string' ? insert : '')).join('')
}
