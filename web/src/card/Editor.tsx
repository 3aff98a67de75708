// The description: rich text that several people write at once, each with a caret in their colour.

import { Bold } from '@tiptap/extension-bold'
import { Code } from '@tiptap/extension-code'
import { Collaboration } from '@tiptap/extension-collaboration'
import { CollaborationCaret } from '@tiptap/extension-collaboration-caret'
import { Document } from '@tiptap/extension-document'
import { HardBreak } from '@tiptap/extension-hard-break'
import { Italic } from '@tiptap/extension-italic'
import { BulletList, ListItem } from '@tiptap/extension-list'
import { Paragraph } from '@tiptap/extension-paragraph'
import { Placeholder } from '@tiptap/extension-placeholder'
import { Text } from '@tiptap/extension-text'
import { EditorContent, useEditor } from '@tiptap/react'
import { useEffect } from 'react'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { t } from '../i18n/index.ts'
import { COLORS } from '../presence/colors.ts'
import type { Me } from '../presence/people.ts'
import { caretAwareness } from './caret-awareness.ts'

interface Props {
  readonly fragment: Y.XmlFragment
  readonly awareness: Awareness
  readonly me: Me
  readonly label: string
}

export function Editor({ fragment, awareness, me, label }: Props) {
  const editor = useEditor(
    {
      extensions: [
        Document,
        Paragraph,
        Text,
        Bold,
        Italic,
        Code,
        HardBreak,
        BulletList,
        ListItem,
        Placeholder.configure({ placeholder: t('card.descriptionHint') }),
        Collaboration.configure({ fragment }),
        CollaborationCaret.configure({
          provider: { awareness: caretAwareness(awareness) },
          user: { id: me.id, name: me.name, color: me.color },
          render: caret,
          selectionRender: (user) => ({ class: 'caret-selection', style: personStyle(user['color']) }),
        }),
      ],
      editorProps: { attributes: { 'aria-label': label, role: 'textbox', 'aria-multiline': 'true' } },
    },
    [fragment],
  )
  // The caret leaves with its owner, also when the card is closed by a key.
  useEffect(() => () => awareness.setLocalStateField('cursor', null), [awareness])
  return <EditorContent editor={editor} />
}

function caret(user: Record<string, unknown>): HTMLElement {
  const mark = document.createElement('span')
  mark.className = 'caret'
  mark.setAttribute('style', personStyle(user['color']))
  const name = document.createElement('span')
  name.className = 'caret-name'
  name.textContent = String(user['name'] ?? '').slice(0, 40)
  mark.append(name)
  return mark
}

/** Colours come from the document of somebody else: only numbers of ours become a style. */
function personStyle(color: unknown): string {
  const known = typeof color === 'number' && color >= 1 && color <= COLORS ? Math.floor(color) : 1
  return `--person: var(--person-${known})`
}
