// A description that several people write at once, with their carets.

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
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { isRecord } from '../board/register.ts'
import { useT } from '../i18n/index.ts'
import { COLORS } from '../presence/people.ts'

interface Props {
  readonly fragment: Y.XmlFragment
  readonly awareness: Awareness
  readonly canEdit: boolean
}

export function Description({ fragment, awareness, canEdit }: Props) {
  const t = useT()
  const editor = useEditor(
    {
      extensions: [
        Document,
        Paragraph,
        Text,
        Bold,
        Italic,
        Code,
        BulletList,
        ListItem,
        HardBreak,
        Placeholder.configure({ placeholder: t('card.descriptionHint') }),
        Collaboration.configure({ fragment }),
        CollaborationCaret.configure({
          provider: { awareness },
          user: awareness.getLocalState()?.['user'] ?? {},
          render: caret,
          selectionRender: selection,
        }),
      ],
      editable: canEdit,
      editorProps: { attributes: { class: 'prose', 'aria-label': t('card.description'), role: 'textbox', 'aria-multiline': 'true' } },
    },
    [fragment, awareness, canEdit],
  )
  return <EditorContent editor={editor} />
}

/** Somebody's caret with their name. What they say of themselves is text and a number, nothing else. */
function caret(user: unknown): HTMLElement {
  const { name, color } = whoIs(user)
  const element = document.createElement('span')
  element.className = 'caret'
  element.style.setProperty('--person', color)
  const label = document.createElement('span')
  label.className = 'caret-name'
  label.textContent = name
  element.append(label)
  return element
}

function selection(user: unknown): { class: string; style: string } {
  return { class: 'caret-selection', style: `--person: ${whoIs(user).color}` }
}

function whoIs(user: unknown): { name: string; color: string } {
  const { name, color } = isRecord(user) ? user : {}
  const number = typeof color === 'number' && color >= 1 && color <= COLORS ? Math.floor(color) : 1
  return { name: typeof name === 'string' ? name.slice(0, 40) : '?', color: `var(--person-${number})` }
}
