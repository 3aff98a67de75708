// A world for tests: one clock, one server, and browsers with tabs, storage and channels.

import { IDBFactory } from 'fake-indexeddb'
import { openDocument } from '../document-session.ts'
import type { Environment, PageEvent, RawChannel } from '../environment.ts'
import type { DocumentSession, OpenOptions } from '../interface.ts'
import { Clock } from './clock.ts'
import { FakeServer, type FakeSocket } from './fake-server.ts'

export const DOCUMENT = 'brd_37abcdefghijklmnopqrst'

/** Everything there is. */
export class World {
  readonly clock = new Clock()
  readonly server = new FakeServer()
  readonly #sessions: DocumentSession[] = []

  browser(): Browser {
    return new Browser(this)
  }

  /** Lets what is ready happen, without time passing. */
  settle(): Promise<void> {
    return this.clock.pass(0)
  }

  opened(session: DocumentSession): void {
    this.#sessions.push(session)
  }

  async end(): Promise<void> {
    const closing = this.#sessions.map((session) => session.destroy())
    await this.settle()
    await Promise.all(closing)
  }
}

/** One browser on one device: its tabs share storage and channels. */
export class Browser {
  readonly world: World
  indexedDB: IDBFactory | null = new IDBFactory()
  #tabs = 0
  readonly #channels = new Map<string, Set<(message: unknown) => void>>()

  constructor(world: World) {
    this.world = world
  }

  tab(): Tab {
    this.#tabs += 1
    return new Tab(this, 0.5 + this.#tabs / 1_000)
  }

  openChannel(name: string, onMessage: (message: unknown) => void): RawChannel {
    const members = this.#channels.get(name) ?? new Set()
    this.#channels.set(name, members)
    members.add(onMessage)
    return {
      post(message) {
        for (const member of members) if (member !== onMessage) member(structuredClone(message))
      },
      close: () => members.delete(onMessage),
    }
  }
}

/** One tab: a page that can be hidden, shown, left and crashed. */
export class Tab {
  readonly #browser: Browser
  readonly #listeners = new Map<PageEvent, Set<() => void>>()
  readonly #sockets: FakeSocket[] = []
  #isHidden = false
  #isCrashed = false
  #leaveChannel = () => {}
  readonly reports: unknown[] = []
  /** What its dice always show. */
  readonly random: number

  constructor(browser: Browser, random: number) {
    this.#browser = browser
    this.random = random
  }

  async open(options: Partial<OpenOptions> = {}): Promise<DocumentSession> {
    const { world } = this.#browser
    const session = openDocument({
      url: 'ws://server/sync',
      id: DOCUMENT,
      ...options,
      environment: { ...this.environment(), ...options.environment },
    })
    world.opened(session)
    await world.settle()
    return session
  }

  fire(event: PageEvent): void {
    if (event === 'hidden' || event === 'shown') this.#isHidden = event === 'hidden'
    for (const listener of this.#listeners.get(event) ?? []) listener()
  }

  /** Ends without a goodbye: nothing runs any more, nothing is written, nobody is told. */
  crash(): void {
    this.#isCrashed = true
    this.#leaveChannel()
    for (const socket of this.#sockets) socket.isDead = true
  }

  environment(): Environment {
    const { clock, server } = this.#browser.world
    return {
      now: clock.now,
      after: (delayMs, callback) =>
        clock.after(delayMs, () => {
          if (!this.#isCrashed) callback()
        }),
      random: () => this.random,
      openSocket: (url, protocol, events) => {
        const socket = server.accept(url, protocol, events)
        this.#sockets.push(socket)
        return socket
      },
      fetch: (url) => server.fetch(url),
      indexedDB: this.#browser.indexedDB,
      openChannel: (name, onMessage) => {
        const channel = this.#browser.openChannel(name, onMessage)
        this.#leaveChannel = channel.close
        return channel
      },
      report: (error) => this.reports.push(error),
      page: {
        isHidden: () => this.#isHidden,
        on: (event, listener) => {
          const listeners = this.#listeners.get(event) ?? new Set()
          this.#listeners.set(event, listeners)
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      },
    }
  }
}

/** An edit: one field of one root. */
export function write(session: DocumentSession, key: string, value: string): void {
  session.document.getMap('cards').set(key, value)
}
