import { expect, it } from 'vitest'
import { nextName } from './next-name.ts'

it('counts the last number up, past names that are taken', () => {
  expect(nextName('스프린트 24', [])).toBe('스프린트 25')
  expect(nextName('스프린트 24', ['스프린트 25', '스프린트 26'])).toBe('스프린트 27')
  expect(nextName('2026 W47 (팀)', [])).toBe('2026 W48 (팀)')
})

it('says nothing where there is no number to follow', () => {
  expect(nextName('출시', [])).toBeNull()
  expect(nextName(null, [])).toBeNull()
})
