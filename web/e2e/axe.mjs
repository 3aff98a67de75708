// What axe finds wrong with a page, as a failure of the case.

import AxeBuilder from '@axe-core/playwright'
import { expect } from './runner.mjs'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Looks at a page, or at a part of it. */
export async function axe(page, what, part = null) {
  const all = new AxeBuilder({ page }).withTags(TAGS)
  const { violations } = await (part === null ? all : all.include(part)).analyze()
  const of = ({ html, failureSummary }) => `${html}\n${failureSummary}`
  const words = violations.map(({ id, nodes }) => `${id}: ${nodes.map(of).join('\n')}`)
  expect(words.length === 0, `${what}: ${words.join('\n')}`)
}
