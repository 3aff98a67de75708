// People and cards named inside a description. Each is one character wide for the editor and keeps an id, with the
// words it was written as: these are shown where the id means nothing any more.

import { mergeAttributes, Node } from '@tiptap/core'

/** How a reference reads now, and what a click on it does; null draws it as it was written. */
export interface Reading {
  readonly words: string
  readonly title: string
  readonly open: (() => void) | null
}

interface Options {
  /** Reads a reference on the board; called again whenever `watch` tells of a change. */
  readonly read: ((id: string) => Reading | null) | null
  readonly watch: ((listener: () => void) => () => void) | null
}

function reference(name: 'mention' | 'cardRef', sign: string) {
  const mark = `data-${name.toLowerCase()}`
  return Node.create<Options>({
    name,
    group: 'inline',
    inline: true,
    atom: true,
    selectable: false,
    addOptions: () => ({ read: null, watch: null }),
    addAttributes: () => ({
      id: { default: '', parseHTML: (element) => element.getAttribute(mark), renderHTML: ({ id }) => ({ [mark]: id }) },
      label: {
        default: '',
        parseHTML: (element) => element.textContent?.replace(sign, '') ?? '',
        renderHTML: () => ({}),
      },
    }),
    parseHTML: () => [{ tag: `span[${mark}]` }],
    renderHTML: ({ node, HTMLAttributes }) => [
      'span',
      mergeAttributes(HTMLAttributes, { class: classOf(name) }),
      sign + String(node.attrs['label']),
    ],
    renderText: ({ node }) => sign + String(node.attrs['label']),
    addNodeView() {
      const { read, watch } = this.options
      return ({ node }) => {
        const dom = document.createElement('span')
        dom.className = classOf(name)
        const id = String(node.attrs['id'])
        let reading: Reading | null = null
        const draw = (): void => {
          reading = read?.(id) ?? null
          dom.textContent = sign + (reading?.words ?? String(node.attrs['label']))
          dom.title = reading?.title ?? ''
          dom.toggleAttribute('data-opens', Boolean(reading?.open))
        }
        dom.addEventListener('click', () => reading?.open?.())
        draw()
        const stop = watch?.(draw)
        return { dom, ignoreMutation: () => true, destroy: () => stop?.() }
      }
    },
  })
}

export function classOf(name: 'mention' | 'cardRef'): string {
  return name === 'mention' ? 'mention' : 'card-ref'
}

export const Mention = reference('mention', '@')
export const CardRef = reference('cardRef', '#')
