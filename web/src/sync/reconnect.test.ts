import { describe, expect, it } from 'vitest'
import { type Circumstances, planRetry, Retry } from './reconnect.ts'
import type { Ending } from './socket.ts'
import { World } from './testing/world.ts'

const calm: Circumstances = { failures: 1, drainDelayMs: null, isHidden: false, random: 0.5 }
const broken: Ending = { kind: 'closed', code: 1006, reason: '' }

describe('a plan', () => {
  it('doubles the bound of the random wait at every failure, up to 30 s', () => {
    const delays = [1, 2, 3, 7, 8, 50, 5_000].map((failures) => delayOf(broken, { ...calm, failures, random: 1 }))

    expect(delays).toEqual([250, 500, 1_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('uses the whole range, so that a thousand clients do not meet', () => {
    expect(delayOf(broken, { ...calm, failures: 5, random: 0 })).toBe(0)
    expect(delayOf(broken, { ...calm, failures: 5, random: 0.25 })).toBe(1_000)
  })

  it('waits longer in a hidden page', () => {
    expect(delayOf(broken, { ...calm, isHidden: true })).toBe(4 * delayOf(broken, calm))
  })

  for (const code of [1000, 1001, 1012]) {
    it(`comes back within 2 s after ${code}`, () => {
      expect(delayOf(closed(code), { ...calm, random: 0 })).toBe(0)
      expect(delayOf(closed(code), { ...calm, random: 0.999 })).toBeLessThan(2_000)
    })
  }

  for (const code of [1011, 1013, 4503, 4529]) {
    it(`gives the server 5 to 30 s after ${code}`, () => {
      expect(delayOf(closed(code), { ...calm, random: 0 })).toBe(5_000)
      expect(delayOf(closed(code), { ...calm, random: 0.999 })).toBeLessThan(30_000)
    })
  }

  for (const code of [4400, 4401, 4403, 4404, 4409, 4499]) {
    it(`is final after ${code}`, () => {
      expect(planRetry(closed(code), calm)).toEqual({ kind: 'final', code, reason: 'why' })
    })
  }

  it('keeps to the drain delay, as far as that is believable', () => {
    expect(delayOf(broken, { ...calm, drainDelayMs: 1_234 })).toBe(1_234)
    expect(delayOf(broken, { ...calm, drainDelayMs: 9e15 })).toBe(60_000)
  })
})

describe('a wait', () => {
  it('is cut short by a hint, unless the server asked for time', async () => {
    const world = new World()
    let attempts = 0
    const retry = new Retry(world.browser().tab().environment(), () => {
      attempts += 1
    })

    retry.wait(10_000, true)
    retry.hint()
    expect(attempts).toBe(0)
    retry.wait(10_000, false)
    retry.hint()
    expect(attempts).toBe(1)
    await world.clock.pass(60_000)
    expect(attempts).toBe(1)
  })
})

function closed(code: number): Ending {
  return { kind: 'closed', code, reason: 'why' }
}

function delayOf(ending: Ending, circumstances: Circumstances): number {
  const plan = planRetry(ending, circumstances)
  if (plan.kind === 'final') throw new Error('a retry was expected')
  return plan.delayMs
}
