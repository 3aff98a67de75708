// The description: rich text that several people write at once, each with a caret in their colour.

import { Extension } from '@tiptap/core'
import { Collaboration } from '@tiptap/extension-collaboration'
import { CollaborationCaret } from '@tiptap/extension-collaboration-caret'
import { Placeholder } from '@tiptap/extension-placeholder'
import { EditorContent, useEditor } from '@tiptap/react'
import { useEffect, useId, useMemo, useState } from 'react'
import type { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { t } from '../../i18n/index.ts'
import type { Me } from '../../presence/people.ts'
import { caretAwareness, personColor } from './caret-awareness.ts'
import { CONTENT, SCHEMA } from './content.ts'
import { fits } from './fits.ts'
import { PlainText } from './PlainText.tsx'
import { optionId, SuggestList } from './SuggestList.tsx'
import { useSources } from './sources.tsx'
import { suggestSignal } from './suggest.ts'
import { Urls } from './urls.ts'

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
  const signal = useMemo(suggestSignal, [])
  const sources = useSources(signal)
  const listId = useId()
  const editor = useEditor(
    {
      extensions: [
        ...CONTENT.map(sources.reading),
        ...sources.suggesting,
        Urls,
        Leave,
        Placeholder.configure({ placeholder: t('description.hint') }),
        Collaboration.configure({ fragment }),
        CollaborationCaret.configure({
          provider: { awareness: caretAwareness(awareness, awareness.doc) },
          user: { id: me.id, name: me.name, color: me.color },
          render: caret,
          selectionRender: (user) => ({ class: 'caret-selection', style: personStyle(user['color']) }),
        }),
      ],
      editorProps: {
        attributes: { class: 'rich', dir: 'auto', 'aria-label': label, role: 'textbox', 'aria-multiline': 'true' },
      },
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
  // Screen readers follow the choice, though the focus stays in the text.
  useEffect(
    () =>
      signal.subscribe(() => {
        if (editor.isDestroyed) return
        const open = signal.get()
        const { dom } = editor.view
        if (!open || open.items.length === 0) {
          for (const name of ['aria-controls', 'aria-activedescendant']) dom.removeAttribute(name)
          return
        }
        dom.setAttribute('aria-controls', listId)
        dom.setAttribute('aria-activedescendant', optionId(listId, open.at))
      }),
    [signal, editor, listId],
  )
  return (
    <>
      <EditorContent editor={editor} />
      <SuggestList id={listId} label={t('description.suggestions')} signal={signal} />
    </>
  )
}

/** Escape leaves the text, for whom Tab indents lists. */
const Leave = Extension.create({
  name: 'leave',
  addKeyboardShortcuts() {
    return {
      Escape: () => {
        this.editor.view.dom.closest<HTMLElement>('[data-board-keys]')?.focus()
        return true
      },
    }
  },
})

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
