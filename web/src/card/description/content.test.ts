// @vitest-environment happy-dom

import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { SCHEMA } from './content.ts'
import { fits } from './fits.ts'
import { PlainText } from './PlainText.tsx'

type Part = Y.XmlElement | Y.XmlText

/** A block that holds each kind of node, as the editor writes it, and the tag that it is drawn with. */
const NODES: Record<string, [block: () => Part, drawn: string]> = {
  paragraph: [() => element('paragraph', {}, words('글')), '<p><span>글</span></p>'],
  heading: [() => element('heading', { level: 2 }, words('제목')), '<h2>'],
  bulletList: [() => list('bulletList', 'listItem'), '<ul><li>'],
  orderedList: [() => list('orderedList', 'listItem', { start: 3, type: null }), '<ol><li>'],
  listItem: [() => list('bulletList', 'listItem'), '<li><p>'],
  taskList: [() => list('taskList', 'taskItem', {}, { checked: true }), '<ul data-type="taskList">'],
  taskItem: [() => list('taskList', 'taskItem', {}, { checked: true }), '<li data-checked="true">'],
  blockquote: [() => element('blockquote', {}, paragraph()), '<blockquote>'],
  codeBlock: [() => element('codeBlock', { language: null }, words('a < b')), '<pre><code><span>a &lt; b'],
  horizontalRule: [() => element('horizontalRule', {}), '<hr/>'],
  hardBreak: [() => element('paragraph', {}, words('위'), element('hardBreak', {})), '<br/>'],
  mention: [() => element('paragraph', {}, element('mention', { id: 'usr_1', label: '지은' })), '@지은'],
  cardRef: [() => element('paragraph', {}, element('cardRef', { id: 'c1', label: 'PAY-1' })), '#PAY-1'],
}

const MARKS: Record<string, string> = { bold: 'strong', italic: 'em', strike: 's', code: 'code' }

test('every kind of node that the editor knows fits, and is drawn without the editor', () => {
  expect(Object.keys(NODES).sort()).toEqual(
    Object.keys(SCHEMA.nodes)
      .filter((name) => !['doc', 'text'].includes(name))
      .sort(),
  )
  for (const [name, [block, drawn]] of Object.entries(NODES)) {
    const fragment = description(block())
    expect(fits(fragment, SCHEMA), name).toBe(true)
    expect(markup(fragment), name).toContain(drawn)
  }
})

test('every mark that the editor knows fits, and is drawn without the editor', () => {
  expect(Object.keys(MARKS).sort()).toEqual(Object.keys(SCHEMA.marks).sort())
  for (const [mark, tag] of Object.entries(MARKS)) {
    const fragment = description(element('paragraph', {}, words('글', { [mark]: {} })))
    expect(fits(fragment, SCHEMA), mark).toBe(true)
    expect(markup(fragment)).toContain(`<${tag}>글</${tag}>`)
  }
})

test('an attribute that the editor would drop does not fit', () => {
  expect(fits(description(element('paragraph', { textAlign: 'center' }, words('글'))), SCHEMA)).toBe(false)
})

test('what is unknown is shown as its text, and markup as text', () => {
  const fragment = description(element('table', {}, paragraph('<img src=x onerror=alert(1)>')))

  expect(fits(fragment, SCHEMA)).toBe(false)
  expect(markup(fragment)).toContain('&lt;img src=x')
})

test('web addresses are links, and nothing else is', () => {
  const html = markup(description(paragraph('https://example.org/a javascript:alert(1)')))

  expect(html).toContain('href="https://example.org/a"')
  expect(html.match(/href/g)).toHaveLength(1)
})

function markup(fragment: Y.XmlFragment): string {
  return renderToStaticMarkup(createElement(PlainText, { fragment }))
}

function description(...blocks: Part[]): Y.XmlFragment {
  const fragment = new Y.Doc().getXmlFragment('description')
  fragment.insert(0, blocks)
  return fragment
}

function element(name: string, attributes: Record<string, unknown>, ...children: Part[]): Y.XmlElement {
  const made = new Y.XmlElement()
  made.nodeName = name
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value as string)
  made.insert(0, children)
  return made
}

function words(text: string, attributes: Record<string, unknown> = {}): Y.XmlText {
  const made = new Y.XmlText()
  made.insert(0, text, attributes)
  return made
}

function paragraph(text = '글'): Y.XmlElement {
  return element('paragraph', {}, words(text))
}

function list(kind: string, item: string, attributes = {}, ofItem = {}): Y.XmlElement {
  return element(kind, attributes, element(item, ofItem, paragraph()))
}
