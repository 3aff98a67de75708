// The blocks behind `/`.

import type { Editor, Range } from '@tiptap/core'
import { Heading1, Heading2, Heading3, List, ListOrdered, ListTodo, Minus, Quote, SquareCode } from 'lucide-react'
import type { ReactNode } from 'react'
import { matchesText } from '../../app/search.ts'
import { t } from '../../i18n/index.ts'
import type { Suggested } from './suggest.ts'

type Chain = ReturnType<Editor['chain']>

type Kind = 'h1' | 'h2' | 'h3' | 'todoList' | 'list' | 'numbers' | 'quote' | 'code' | 'divider'

interface Block {
  readonly kind: Kind
  /** Found by these words in any language, and typed as this in Markdown. */
  readonly also: string
  readonly sign: string
  readonly icon: ReactNode
  readonly make: (chain: Chain) => Chain
}

const BLOCKS: readonly Block[] = [
  heading(1, <Heading1 className="icon" />),
  heading(2, <Heading2 className="icon" />),
  heading(3, <Heading3 className="icon" />),
  block('todoList', 'todo task check 할일', '[]', <ListTodo className="icon" />, (chain) => chain.toggleTaskList()),
  block('list', 'list bullet 목록', '-', <List className="icon" />, (chain) => chain.toggleBulletList()),
  block('numbers', 'ordered numbered list 목록', '1.', <ListOrdered className="icon" />, (chain) =>
    chain.toggleOrderedList(),
  ),
  block('quote', 'quote', '>', <Quote className="icon" />, (chain) => chain.toggleBlockquote()),
  block('code', 'code', '```', <SquareCode className="icon" />, (chain) => chain.toggleCodeBlock()),
  block('divider', 'divider line rule', '---', <Minus className="icon" />, (chain) => chain.setHorizontalRule()),
]

function block(kind: Kind, also: string, sign: string, icon: ReactNode, make: Block['make']): Block {
  return { kind, also, sign, icon, make }
}

function heading(level: 1 | 2 | 3, icon: ReactNode): Block {
  return block(`h${level}`, `heading h${level}`, '#'.repeat(level), icon, (chain) => chain.toggleHeading({ level }))
}

/** The blocks that a query finds, in the chosen language or in English. */
export function blocksFor(query: string): Suggested[] {
  return BLOCKS.flatMap(({ kind, also, sign, icon, make }) => {
    const words = t(`description.${kind}`)
    if (!matchesText(query, `${words} ${also}`)) return []
    const insert = (editor: Editor, range: Range): void => {
      make(editor.chain().focus().deleteRange(range)).run()
    }
    return [{ id: kind, words, hint: sign, icon, insert }]
  })
}
