// The description: rich text that several people write at once, each with a caret in their colour.

import { getSchema } from '@tiptap/core'
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
import { useEffect, useState } from 'react'
import type { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { t } from '../i18n/index.ts'
import type { Me } from '../presence/people.ts'
import { caretAwareness, personColor } from './caret-awareness.ts'
import { fits } from './fits.ts'
import { PlainText } from './PlainText.tsx'

/** What a description may hold. */
const CONTENT = [Document, Paragraph, Text, Bold, Italic, Code, HardBreak, BulletList, ListItem]
const SCHEMA = getSchema(CONTENT)

interface Props {
  readonly fragment: Y.XmlFragment
  readonly awareness: Awareness
  readonly me: Me
  readonly label: string
}

export function Editor(props: Props) {
  const { fragment } = props
  const [isForeign, setForeign] = useState(() => !fits(fragment, SCHEMA))
  useEffect(() => {
    const check = (): void => setForeign(!fits(fragment, SCHEMA))
    fragment.observeDeep(check)
    return () => fragment.unobserveDeep(check)
  }, [fragment])
  if (!isForeign) return <RichText {...props} onForeign={() => setForeign(true)} />
  return (
    <>
      <PlainText fragment={fragment} />
      <p className="prose-note">{t('card.descriptionForeign')}</p>
    </>
  )
}

function RichText({ fragment, awareness, me, label, onForeign }: Props & { readonly onForeign: () => void }) {
  const editor = useEditor(
    {
      extensions: [
        ...CONTENT,
        Placeholder.configure({ placeholder: t('card.descriptionHint') }),
        Collaboration.configure({ fragment }),
        CollaborationCaret.configure({
          provider: { awareness: caretAwareness(awareness, awareness.doc) },
          user: { id: me.id, name: me.name, color: me.color },
          render: caret,
          selectionRender: (user) => ({ class: 'caret-selection', style: personStyle(user['color']) }),
        }),
      ],
      editorProps: { attributes: { 'aria-label': label, role: 'textbox', 'aria-multiline': 'true' } },
    },
    [fragment],
  )
  useEffect(() => {
    // Before the observers run, or the editor would have deleted already what it does not know.
    const guard = (transaction: Y.Transaction): void => {
      if (transaction.local || !touches(transaction, fragment) || fits(fragment, SCHEMA)) return
      editor.destroy()
      onForeign()
    }
    awareness.doc.on('beforeObserverCalls', guard)
    return () => awareness.doc.off('beforeObserverCalls', guard)
  })
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

function touches(transaction: Y.Transaction, fragment: Y.XmlFragment): boolean {
  return [...transaction.changed.keys()].some((type) => Object.is(type, fragment) || Y.isParentOf(fragment, type._item))
}

function personStyle(color: unknown): string {
  return `--person: var(--person-${personColor(color)})`
}
