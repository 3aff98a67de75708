import { afterEach, beforeEach, expect, it } from 'vitest'
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { ANNOUNCE_MS_MIN, GRACE_MS, HIDDEN_MS_MAX, Presence, RENEW_MS } from './presence.ts'
import { type Tab, World } from './testing/world.ts'

let world: World
let tab: Tab
let awareness: Awareness
let presence: Presence
let announced: Uint8Array[]
/** Somebody else, who sees what is announced. */
let other: Awareness

beforeEach(() => {
  world = new World()
  tab = world.browser().tab()
  awareness = new Awareness(new Y.Doc())
  other = new Awareness(new Y.Doc())
  announced = []
  presence = new Presence(awareness, tab.environment(), (update) => {
    announced.push(update)
    applyAwarenessUpdate(other, update, 'test')
  })
})

afterEach(() => {
  presence.destroy()
  awareness.destroy()
  other.destroy()
})

it('nobody is introduced before the app has said who it is', () => {
  presence.connected()
  expect(announced).toEqual([])

  awareness.setLocalState({ user: 'min' })

  expect(seen()).toEqual({ user: 'min' })
})

it('at most 20 announcements leave in a second, and the last state wins', async () => {
  awareness.setLocalState({ user: 'min' })
  for (let move = 0; move < 100; move += 1) {
    awareness.setLocalStateField('at', move)
    await world.clock.pass(10)
  }
  await world.clock.pass(ANNOUNCE_MS_MIN)

  expect(announced.length).toBeGreaterThanOrEqual(20)
  expect(announced.length).toBeLessThanOrEqual(22)
  expect(seen()).toEqual({ user: 'min', at: 99 })
})

it('a hidden page announces nothing but that it is still there', async () => {
  awareness.setLocalState({ user: 'min' })
  tab.fire('hidden')
  announced.length = 0

  for (let second = 0; second < 60; second += 1) {
    awareness.setLocalStateField('at', second)
    await world.clock.pass(1_000)
  }

  expect(announced.length).toBeLessThanOrEqual(60_000 / RENEW_MS)
  tab.fire('shown')
  expect(seen()).toEqual({ user: 'min', at: 59 })
})

it('a page that is hidden for long leaves, and is seen at once when it is shown', async () => {
  awareness.setLocalState({ user: 'min' })
  tab.fire('hidden')
  await world.clock.pass(HIDDEN_MS_MAX)
  expect(seen()).toBeUndefined()
  awareness.setLocalState({ user: 'min' })
  expect(seen()).toBeUndefined()

  tab.fire('shown')

  expect(seen()).toEqual({ user: 'min' })
})

it('a page that closes says goodbye, and is seen again when the browser brings it back', () => {
  awareness.setLocalState({ user: 'min' })
  tab.fire('leaving')
  expect(seen()).toBeUndefined()

  tab.fire('restored')

  expect(seen()).toEqual({ user: 'min' })
})

it('a goodbye keeps its clock and a new connection bumps it', () => {
  awareness.setLocalState({ user: 'min' })
  const clock = other.meta.get(awareness.clientID)?.clock ?? 0
  tab.fire('leaving')
  expect(other.meta.get(awareness.clientID)?.clock).toBe(clock)

  tab.fire('restored')
  presence.connected()

  expect(other.meta.get(awareness.clientID)?.clock).toBeGreaterThan(clock)
})

it('others stay on the screen for a moment after a break, and come back unchanged', async () => {
  other.setLocalState({ user: 'ara' })
  const update = encodeAwarenessUpdate(other, [other.clientID])
  presence.receive(update)
  presence.disconnected()
  await world.clock.pass(GRACE_MS - 1)
  expect(awareness.getStates().get(other.clientID)).toEqual({ user: 'ara' })
  await world.clock.pass(1)
  expect(awareness.getStates().has(other.clientID)).toBe(false)

  presence.connected()
  presence.receive(update)

  expect(awareness.getStates().get(other.clientID)).toEqual({ user: 'ara' })
})

it('whoever left during a break is gone soon after the reconnect, whoever is still here stays', async () => {
  const gone = new Awareness(new Y.Doc())
  gone.setLocalState({ user: 'jun' })
  other.setLocalState({ user: 'ara' })
  const update = encodeAwarenessUpdate(other, [other.clientID])
  presence.receive(encodeAwarenessUpdate(gone, [gone.clientID]))
  presence.receive(update)
  presence.disconnected()

  presence.connected()
  presence.receive(update)
  await world.clock.pass(GRACE_MS)

  expect(awareness.getStates().has(gone.clientID)).toBe(false)
  expect(awareness.getStates().get(other.clientID)).toEqual({ user: 'ara' })
  gone.destroy()
})

it('nobody can be removed from their own screen', () => {
  awareness.setLocalState({ user: 'min' })

  presence.receive(encodeAwarenessUpdate(awareness, [awareness.clientID], new Map()))

  expect(awareness.getLocalState()).toEqual({ user: 'min' })
})

it('bytes that nobody can read are reported and change nothing', () => {
  for (const bytes of [[], [1], [1, 1, 5, 2, 0x7b, 0x7b], [255, 255, 255]]) presence.receive(Uint8Array.from(bytes))

  expect(awareness.getStates().size).toBe(1)
  expect(tab.reports.length).toBe(4)
})

it('a state over 4 KiB stays here', () => {
  awareness.setLocalState({ user: '가'.repeat(1_400) })

  expect(announced).toEqual([])
})

function seen(): unknown {
  return other.getStates().get(awareness.clientID)
}
