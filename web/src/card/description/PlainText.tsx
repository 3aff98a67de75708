// A description as the document has it, without the editor: until the editor has come, for those who may only read,
// and where the editor would lose something. It draws what the editor can make; of anything else it shows the text.

import { createElement, type ReactNode, useEffect, useReducer } from 'react'
import * as Y from 'yjs'
import { withUrls } from '../talk/mentions.ts'

export function PlainText({ fragment }: { fragment: Y.XmlFragment }) {
  const [, repaint] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    fragment.observeDeep(repaint)
    return () => fragment.unobserveDeep(repaint)
  }, [fragment])
  return (
    <div className="rich" dir="auto">
      {drawn(fragment)}
    </div>
  )
}

/** A document may nest deeper than anybody reads. */
const DEPTH_MAX = 20

const ELEMENTS: Record<string, string> = {
  paragraph: 'p',
  bulletList: 'ul',
  orderedList: 'ol',
  listItem: 'li',
  blockquote: 'blockquote',
}
const MARKS: Record<string, string> = { bold: 'strong', italic: 'em', strike: 's', code: 'code' }

function drawn(parent: Y.XmlFragment | Y.XmlElement, depth = 0): ReactNode[] {
  return parent.toArray().map((child: unknown, at) => draw(child, at, depth))
}

function draw(node: unknown, key: number, depth: number): ReactNode {
  if (node instanceof Y.XmlText) return drawText(node, key)
  if (!(node instanceof Y.XmlElement) || depth > DEPTH_MAX) return null
  const children = drawn(node, depth + 1)
  const element = ELEMENTS[node.nodeName]
  if (element) return createElement(element, { key }, children)
  switch (node.nodeName) {
    case 'heading':
      return createElement(headingOf(node.getAttribute('level')), { key }, children)
    case 'codeBlock':
      return (
        <pre key={key}>
          <code>{children}</code>
        </pre>
      )
    case 'taskList':
      return (
        <ul key={key} data-type="taskList">
          {children}
        </ul>
      )
    case 'taskItem':
      return drawTask(node, children, key)
    case 'hardBreak':
      return <br key={key} />
    case 'horizontalRule':
      return <hr key={key} />
    case 'mention':
      return <span key={key} className="mention">{`@${labelOf(node)}`}</span>
    case 'cardRef':
      return <span key={key} className="card-ref">{`#${labelOf(node)}`}</span>
    default:
      return <p key={key}>{children}</p>
  }
}

function drawTask(node: Y.XmlElement, children: ReactNode[], key: number): ReactNode {
  const isChecked = String(node.getAttribute('checked')) === 'true'
  return (
    <li key={key} data-checked={isChecked}>
      <span className="rich-box" aria-hidden="true" />
      <div>{children}</div>
    </li>
  )
}

function drawText(text: Y.XmlText, key: number): ReactNode {
  const runs: { insert: unknown; attributes?: Record<string, unknown> }[] = text.toDelta()
  const pieces = runs.map(({ insert, attributes }, at) => {
    if (typeof insert !== 'string') return null
    return Object.keys(attributes ?? {}).reduce<ReactNode>(
      (inside, mark) => {
        const element = MARKS[mark]
        return element ? createElement(element, { key: at }, inside) : inside
      },
      drawUrls(insert, at),
    )
  })
  return <span key={key}>{pieces}</span>
}

function drawUrls(text: string, key: number): ReactNode {
  if (!text.includes('://')) return text
  return (
    <span key={key}>
      {withUrls(text).map((piece, at) =>
        piece.kind === 'url' ? (
          <a key={at} className="rich-url" href={piece.url} target="_blank" rel="noopener noreferrer nofollow">
            {piece.url}
          </a>
        ) : (
          'text' in piece && piece.text
        ),
      )}
    </span>
  )
}

/** As the editor draws them. */
function headingOf(level: unknown): 'h1' | 'h2' | 'h3' {
  return Number(level) === 1 ? 'h1' : Number(level) === 2 ? 'h2' : 'h3'
}

function labelOf(node: Y.XmlElement): string {
  return String(node.getAttribute('label') ?? '')
}
