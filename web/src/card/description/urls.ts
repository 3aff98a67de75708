// Web addresses in a description look and act like links. They are drawn, not stored: the document keeps plain text.

import { Extension } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { Plugin } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { withUrls } from '../talk/mentions.ts'

export const Urls = Extension.create({
  name: 'urls',
  addProseMirrorPlugins: () => [
    new Plugin<DecorationSet>({
      state: {
        init: (_, { doc }) => decorations(doc),
        apply: (transaction, before) => (transaction.docChanged ? decorations(transaction.doc) : before),
      },
      props: {
        decorations(state) {
          return this.getState(state)
        },
        handleClick(_, __, event) {
          const link = event.target instanceof Element ? event.target.closest('.rich-url') : null
          // A plain click puts the caret there; a finger has no other way to open it.
          const isMeant = event.ctrlKey || event.metaKey || matchMedia('(pointer: coarse)').matches
          if (!link?.textContent || !isMeant) return false
          open(link.textContent, '_blank', 'noopener,noreferrer')
          return true
        },
      },
    }),
  ],
})

function decorations(document: Node): DecorationSet {
  const found: Decoration[] = []
  document.descendants((node, position) => {
    if (!node.isText || !node.text?.includes('://')) return
    let at = position
    for (const piece of withUrls(node.text)) {
      const length = piece.kind === 'url' ? piece.url.length : piece.kind === 'text' ? piece.text.length : 0
      if (piece.kind === 'url') found.push(Decoration.inline(at, at + length, { class: 'rich-url', title: piece.url }))
      at += length
    }
  })
  return DecorationSet.create(document, found)
}
