// What a description may hold. Whatever is added here must also be drawn by PlainText, which stands in for the editor.

import { getSchema } from '@tiptap/core'
import { Blockquote } from '@tiptap/extension-blockquote'
import { Bold } from '@tiptap/extension-bold'
import { Code } from '@tiptap/extension-code'
import { CodeBlock } from '@tiptap/extension-code-block'
import { Document } from '@tiptap/extension-document'
import { HardBreak } from '@tiptap/extension-hard-break'
import { Heading } from '@tiptap/extension-heading'
import { HorizontalRule } from '@tiptap/extension-horizontal-rule'
import { Italic } from '@tiptap/extension-italic'
import { BulletList, ListItem, OrderedList, TaskItem, TaskList } from '@tiptap/extension-list'
import { Paragraph } from '@tiptap/extension-paragraph'
import { Strike } from '@tiptap/extension-strike'
import { Text } from '@tiptap/extension-text'
import { t } from '../../i18n/index.ts'
import { CardRef, Mention } from './references.ts'

/** Smaller headings look like text. */
export const HEADING_LEVELS = [1, 2, 3] as const

export const CONTENT = [
  Document,
  Paragraph,
  Text,
  Bold,
  Italic,
  Strike,
  Code,
  HardBreak,
  Heading.configure({ levels: [...HEADING_LEVELS] }),
  BulletList,
  OrderedList,
  ListItem,
  TaskList,
  TaskItem.configure({
    nested: true,
    a11y: { checkboxLabel: (node) => t('description.todo', { text: node.textContent }) },
  }),
  Blockquote,
  CodeBlock,
  HorizontalRule,
  Mention,
  CardRef,
]

export const SCHEMA = getSchema(CONTENT)
