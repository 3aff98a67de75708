import { expect, it } from 'vitest'
import type { DocumentSession } from './interface.ts'
import { type Browser, type Tab, World } from './testing/world.ts'

/** How many runs; more by hand. */
const { CALIT_SEEDS: SEEDS = '20' } = process.env
const STEPS = 120

for (let seed = 1; seed <= Number(SEEDS); seed += 1) {
  it(`after any cuts, crashes and reloads everybody has everything (seed ${seed})`, async () => {
    const simulation = new Simulation(seed)

    await simulation.run()
    await simulation.heal()

    const [first, ...others] = simulation.copies()
    for (const other of others) expect(other).toEqual(first)
    for (const session of simulation.sessions) expect(session.status()).toMatchObject({ kind: 'live' })
    expect(simulation.missing()).toEqual([])
    await simulation.world.end()
  })
}

/** Three tabs in two browsers against a server whose network fails at random. */
class Simulation {
  readonly world = new World()
  readonly #browsers: Browser[] = [this.world.browser(), this.world.browser()]
  readonly #homes = [0, 0, 1]
  readonly #tabs: Tab[] = []
  readonly sessions: DocumentSession[] = []
  /** Keys that were written and never deleted: they must be there in the end. */
  readonly #written = new Set<string>()
  #state: number
  #edits = 0

  constructor(seed: number) {
    this.#state = seed
  }

  async run(): Promise<void> {
    for (const who of this.#homes.keys()) await this.#open(who)
    for (let step = 0; step < STEPS; step += 1) await this.#step()
  }

  async heal(): Promise<void> {
    this.world.server.isUp = true
    this.world.server.acknowledges = true
    // A dead socket stays dead: TCP loses nothing in the middle, so silence ends it.
    for (const socket of this.world.server.sockets) socket.acknowledge()
    for (let second = 0; second < 150; second += 1) {
      await this.world.clock.pass(1_000)
      for (const socket of this.world.server.sockets) socket.deliver(Uint8Array.of(1, 1, 0))
    }
  }

  copies(): unknown[] {
    return [this.world.server.document, ...this.sessions.map(({ document }) => document)].map((document) => ({
      content: document.getMap('cards').toJSON(),
      pending: document.store.pendingStructs,
    }))
  }

  missing(): string[] {
    return [...this.#written].filter((key) => !this.world.server.document.getMap('cards').has(key))
  }

  async #step(): Promise<void> {
    const { server, clock } = this.world
    const who = this.#below(3)
    const session = this.sessions[who]
    if (session === undefined) throw new Error('three sessions expected')
    switch (this.#below(13)) {
      case 0:
        server.isUp = this.#below(3) > 0
        return
      case 1:
        server.acknowledges = this.#below(2) > 0
        return
      case 2:
        return server.sockets[this.#below(server.sockets.length)]?.isOpen === true
          ? server.sockets.find(({ isOpen }) => isOpen)?.end([1006, 1012, 1013, 1008][this.#below(4)] ?? 1006)
          : undefined
      case 3:
        server.last.isDead = true
        return
      case 4:
        for (const socket of server.sockets) if (this.#below(2) > 0) socket.acknowledge()
        return
      case 5:
        return this.#reload(who, session)
      case 12:
        return this.#crash(who)
      case 6:
        return this.#delete(session)
      case 7:
        return clock.pass(this.#below(20_000))
      case 8:
        return clock.pass(this.#below(500))
      default:
        return this.#write(session)
    }
  }

  #write(session: DocumentSession): void {
    this.#edits += 1
    const key = `card-${this.#edits}`
    this.#written.add(key)
    session.document.getMap('cards').set(key, this.#edits)
    session.document.getMap('cards').set(`shared-${this.#below(4)}`, this.#edits)
  }

  #delete(session: DocumentSession): void {
    const keys = [...session.document.getMap('cards').keys()].filter((key) => key.startsWith('card'))
    const key = keys[this.#below(Math.max(1, keys.length))]
    if (key === undefined) return
    this.#written.delete(key)
    session.document.getMap('cards').delete(key)
  }

  async #reload(who: number, session: DocumentSession): Promise<void> {
    const closing = session.destroy()
    await this.world.settle()
    await closing
    await this.#open(who)
  }

  async #crash(who: number): Promise<void> {
    this.#tabs[who]?.crash()
    await this.#open(who)
  }

  async #open(who: number): Promise<void> {
    const tab = this.#browser(this.#homes[who] ?? 0).tab()
    this.#tabs[who] = tab
    this.sessions[who] = await tab.open()
  }

  #browser(home: number): Browser {
    const browser = this.#browsers[home]
    if (browser === undefined) throw new Error('two browsers expected')
    return browser
  }

  #below(bound: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * bound)
  }
}
