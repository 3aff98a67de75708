// Whether the editor can hold a description as it is. What its schema does not know it would delete, for everybody,
// merely by being opened: such a description is shown as text instead.

import { Fragment, type Node, type Schema } from '@tiptap/pm/model'
import * as Y from 'yjs'

/** The mark's name in the key of an attribute; marks that may overlap carry a hash. */
const MARK_NAME = /^(.*?)(?:--[a-zA-Z0-9+/=]{8})?$/

export function fits(fragment: Y.XmlFragment, schema: Schema): boolean {
  try {
    const blocks = fragment.toArray().flatMap((block) => nodes(block, schema))
    return blocks.length === 0 || schema.topNodeType.validContent(Fragment.from(blocks))
  } catch {
    return false
  }
}

/** Throws for what the schema does not know. */
function nodes(part: unknown, schema: Schema): Node[] {
  if (part instanceof Y.XmlText) return textNodes(part, schema)
  if (!(part instanceof Y.XmlElement)) throw new TypeError('neither text nor element')
  if (!(part.nodeName in schema.nodes)) throw new RangeError(`unknown element ${part.nodeName}`)
  const known = schema.nodes[part.nodeName]?.spec.attrs ?? {}
  for (const key of Object.keys(part.getAttributes())) {
    if (!(key in known)) throw new RangeError(`unknown attribute ${key}`)
  }
  const children = part.toArray().flatMap((child: unknown) => nodes(child, schema))
  try {
    return [schema.node(part.nodeName, part.getAttributes(), children)]
  } catch (error) {
    // Two people who empty one list leave a list without items: nothing is lost if the editor tidies it away.
    if (children.every((child) => child.textContent === '')) return []
    throw error
  }
}

function textNodes(text: Y.XmlText, schema: Schema): Node[] {
  return text.toDelta().map(({ insert, attributes }: { insert: unknown; attributes?: Record<string, unknown> }) => {
    if (typeof insert !== 'string') throw new TypeError('something embedded in a text')
    for (const key of Object.keys(attributes ?? {})) {
      const name = MARK_NAME.exec(key)?.[1] ?? key
      if (!(name in schema.marks)) throw new RangeError(`unknown mark ${name}`)
    }
    return schema.text(insert)
  })
}
