// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { PeopleStore } from './people.ts'

let mine: Awareness
let people: PeopleStore
let [kim, lee]: Awareness[] = []

beforeEach(() => {
  mine = new Awareness(new Y.Doc())
  people = new PeopleStore(mine, { id: 'usr_me', name: 'me', color: 1 })
  ;[kim, lee] = ['kim', 'lee'].map((name) => {
    const theirs = new Awareness(new Y.Doc())
    theirs.setLocalState({ user: { id: `usr_${name}`, name, color: 2 } })
    return theirs
  })
})

afterEach(() => {
  people.destroy()
  for (const awareness of [mine, kim, lee]) awareness?.destroy()
})

/** What somebody says of themselves comes in. */
function hear(from: Awareness | undefined): void {
  if (!from) return
  applyAwarenessUpdate(mine, encodeAwarenessUpdate(from, [from.clientID]), 'test')
}

function personOf(name: string) {
  return people.people().find((person) => person.name === name)
}

it('who did not change is the same object while somebody else drags', async () => {
  hear(kim)
  hear(lee)
  await expect.poll(() => people.people().length).toBe(3)
  const before = personOf('lee')

  kim?.setLocalStateField('drag', { card: 'k1', column: 'c1', before: null })
  hear(kim)
  await expect.poll(() => personOf('kim')?.drag?.card).toBe('k1')

  expect(personOf('lee')).toBe(before)
})

it('a drag that is told again without a change is no news', async () => {
  kim?.setLocalStateField('drag', { card: 'k1', column: 'c1', before: null })
  hear(kim)
  await expect.poll(() => personOf('kim')?.drag?.card).toBe('k1')
  const [before, me] = [people.people(), personOf('me')]
  let told = 0
  people.subscribe(() => {
    told += 1
  })

  kim?.setLocalStateField('drag', { card: 'k1', column: 'c1', before: null })
  hear(kim)
  hear(lee)
  await expect.poll(() => personOf('lee')).toBeDefined()

  expect(told).toBe(1)
  expect(people.people()).not.toBe(before)
  expect(personOf('me')).toBe(me)
})
