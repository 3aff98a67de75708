// What one can choose while typing: `/` blocks, `@` people, `#` cards. The plugin finds what is being typed and keeps
// the range; a view draws the list from a signal; the keys stay with the text.

import { type Editor, Extension, type Range } from '@tiptap/core'
import { isChangeOrigin } from '@tiptap/extension-collaboration'
import { PluginKey } from '@tiptap/pm/state'
import { Suggestion } from '@tiptap/suggestion'
import { Signal } from '../../board/signal.ts'
import type { SuggestItem, Suggesting, SuggestSignal } from './suggest-signal.ts'

export interface Suggested extends SuggestItem {
  /** Puts it in the place of what was typed. */
  readonly insert: (editor: Editor, range: Range) => void
}

export type TextSignal = SuggestSignal<Suggested>

export function suggestSignal(): TextSignal {
  return new Signal<Suggesting<Suggested> | null>(null)
}

interface Source {
  readonly name: string
  readonly char: string
  readonly items: (query: string) => readonly Suggested[]
}

export function suggest(signal: TextSignal, { name, char, items }: Source) {
  return Extension.create({
    name: `suggest-${name}`,
    addProseMirrorPlugins() {
      return [
        Suggestion<Suggested, Suggested>({
          editor: this.editor,
          pluginKey: new PluginKey(`suggest-${name}`),
          char,
          items: ({ query }) => [...items(query)],
          allow: ({ state, range }) => !state.doc.resolve(range.from).parent.type.spec.code,
          // What somebody else types opens nothing here.
          shouldShow: ({ transaction, editor }) => editor.isFocused && !isChangeOrigin(transaction),
          command: ({ editor, range, props }) => props.insert(editor, range),
          render: () => ({
            onStart: (props) => show(signal, props),
            onUpdate: (props) => show(signal, props),
            onExit: () => signal.set(null),
            onKeyDown: ({ event }) => onKey(signal, event),
          }),
        }),
      ]
    },
  })
}

interface Shown {
  readonly items: Suggested[]
  readonly command: (item: Suggested) => void
  readonly clientRect?: (() => DOMRect | null) | null
}

function show(signal: TextSignal, { items, command, clientRect }: Shown): void {
  const before = signal.get()
  const isSame = before?.items.map((item) => item.id).join() === items.map((item) => item.id).join()
  signal.set({ items, at: isSame && before ? before.at : 0, rect: clientRect?.() ?? null, pick: command })
}

function onKey(signal: TextSignal, event: KeyboardEvent): boolean {
  const open = signal.get()
  if (!open || open.items.length === 0 || event.isComposing || event.keyCode === 229) return false
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step) {
    signal.set({ ...open, at: (open.at + step + open.items.length) % open.items.length })
    return true
  }
  if (event.key !== 'Enter' && event.key !== 'Tab') return false
  const item = open.items[open.at]
  if (item) open.pick(item)
  return true
}
