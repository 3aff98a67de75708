import { expect, it } from 'vitest'
import { nextChangeAt, type SaveFacts, saveStatus } from './save-status.ts'

const NOW = 1_000_000
const facts: SaveFacts = {
  link: { kind: 'synced' },
  openedAt: NOW,
  hasTried: true,
  hasLocalCopy: true,
  count: 0,
  waitingSince: null,
  savedAt: null,
  trouble: null,
}

it('an edit younger than 400 ms does not change the word', () => {
  const editing = { ...facts, count: 1, waitingSince: NOW }

  expect(saveStatus(editing, NOW + 399)).toEqual({ kind: 'live' })
  expect(saveStatus({ ...editing, savedAt: NOW }, NOW + 399)).toEqual({ kind: 'saved' })
  expect(nextChangeAt(editing, NOW)).toBe(NOW + 400)
})

it('an older edit is being saved, whatever was saved a moment ago', () => {
  const editing = { ...facts, count: 2, waitingSince: NOW, savedAt: NOW + 300 }

  expect(saveStatus(editing, NOW + 400)).toEqual({ kind: 'saving', count: 2 })
})

it('saved turns into live after 3 s', () => {
  const saved = { ...facts, savedAt: NOW }

  expect(saveStatus(saved, NOW + 2_999)).toEqual({ kind: 'saved' })
  expect(nextChangeAt(saved, NOW)).toBe(NOW + 3_000)
  expect(saveStatus(saved, NOW + 3_000)).toEqual({ kind: 'live' })
})

it('a first attempt is loading for 2 s, then offline', () => {
  const opening: SaveFacts = { ...facts, link: { kind: 'connecting' }, hasTried: false, hasLocalCopy: false }

  expect(saveStatus(opening, NOW + 1_999)).toEqual({ kind: 'loading' })
  expect(saveStatus(opening, NOW + 2_000)).toMatchObject({ kind: 'offline', hasLocalCopy: false, retryAt: null })
})

it('a server that cannot save is trouble even without edits', () => {
  expect(saveStatus({ ...facts, trouble: 'disk full' }, NOW)).toEqual({
    kind: 'unsaved',
    count: 0,
    reason: 'disk full',
  })
})

it('a final refusal keeps the count', () => {
  const refused: SaveFacts = { ...facts, link: { kind: 'final', code: 4403, reason: 'no' }, count: 3 }

  expect(saveStatus(refused, NOW)).toEqual({ kind: 'refused', code: 4403, reason: 'no', count: 3 })
})
