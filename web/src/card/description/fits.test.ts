import { getSchema } from '@tiptap/core'
import { Bold } from '@tiptap/extension-bold'
import { Document } from '@tiptap/extension-document'
import { BulletList, ListItem } from '@tiptap/extension-list'
import { Paragraph } from '@tiptap/extension-paragraph'
import { Text } from '@tiptap/extension-text'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { fits } from './fits.ts'

const schema = getSchema([Document, Paragraph, Text, Bold, BulletList, ListItem])

function description(...blocks: (Y.XmlElement | Y.XmlText)[]): Y.XmlFragment {
  const fragment = new Y.Doc().getXmlFragment('description')
  fragment.insert(0, blocks)
  return fragment
}

function element(name: string, ...children: (Y.XmlElement | Y.XmlText)[]): Y.XmlElement {
  const made = new Y.XmlElement(name)
  made.insert(0, children)
  return made
}

function words(text: string, attributes: Record<string, unknown> = {}): Y.XmlText {
  const made = new Y.XmlText()
  made.insert(0, text, attributes)
  return made
}

test('what the editor writes fits, and so does nothing at all', () => {
  const list = element('bulletList', element('listItem', element('paragraph', words('하나'))))

  expect(fits(description(element('paragraph', words('굵게', { bold: {} })), list), schema)).toBe(true)
  expect(fits(description(), schema)).toBe(true)
})

test('an element, a mark or an embed that the editor does not know does not fit', () => {
  const embed = new Y.XmlText()
  embed.insertEmbed(0, { image: 'x' })

  expect(fits(description(element('heading', words('제목'))), schema)).toBe(false)
  expect(fits(description(element('paragraph', words('여기', { link: { href: '#' } }))), schema)).toBe(false)
  expect(fits(description(element('paragraph', embed)), schema)).toBe(false)
  expect(fits(description(words('밖에 선 글')), schema)).toBe(false)
})

test('known elements in the wrong place do not fit while they hold text', () => {
  expect(fits(description(element('bulletList', element('paragraph', words('글')))), schema)).toBe(false)
  expect(fits(description(element('bulletList')), schema)).toBe(true)
})
