// Own presence on its way out, and the presence of others while the connection is gone.
// Promises: at most 20 announcements a second; a hidden page announces only that it is still there (every 15 s) and
// leaves after five minutes; a page that closes says goodbye; whoever comes back is seen at once, since every
// connect bumps the clock. Knows no sockets: `announce` puts bytes where they belong.

import { createDecoder, readVarString, readVarUint } from 'lib0/decoding'
import {
  type Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness'
import { AWARENESS_STATE_BYTES_MAX } from '../../../client-protocol/ts/limits.ts'
import type { Dispose, Environment } from './environment.ts'

/** 20 announcements a second. */
export const ANNOUNCE_MS_MIN = 50

/** Awareness renews an unchanged state this often, and peers forget a state after 30 s. */
export const RENEW_MS = 15_000

/** From then on browsers run a hidden page's timers once a minute: renewals would come too late, and people flicker. */
export const HIDDEN_MS_MAX = 300_000

/** Others stay on the screen for this long after a break, and again after a reconnect, unless they are heard of. */
export const GRACE_MS = 3_000

const fromElsewhere = Symbol('presence from elsewhere')

type Change = { readonly added: number[]; readonly updated: number[]; readonly removed: number[] }

/** See the head of this file. */
export class Presence {
  readonly #awareness: Awareness
  readonly #environment: Environment
  readonly #announce: (update: Uint8Array) => void
  readonly #disposers: Dispose[]
  #announcedAt = Number.NEGATIVE_INFINITY
  #stopThrottle: Dispose | null = null
  #stopLeaving: Dispose = () => {}
  #stopForgetting: Dispose = () => {}
  /** Others who have not been heard of since the connection broke. */
  #doubted = new Set<number>()
  /** The page is gone for the others, though its state is kept here. */
  #isAway = false

  constructor(awareness: Awareness, environment: Environment, announce: (update: Uint8Array) => void) {
    this.#awareness = awareness
    this.#environment = environment
    this.#announce = announce
    const onUpdate = ({ added, updated, removed }: Change) => {
      if ([added, updated, removed].some((ids) => ids.includes(awareness.clientID))) this.#changed()
    }
    awareness.on('update', onUpdate)
    this.#disposers = [
      () => awareness.off('update', onUpdate),
      environment.page.on('hidden', () => this.#hide()),
      environment.page.on('shown', () => this.#show()),
      environment.page.on('leaving', () => this.goodbye()),
      environment.page.on('restored', () => this.#show()),
    ]
  }

  /** A connection stands: the server and the others learn about this page, at a clock they have not seen. */
  connected(): void {
    // The server now tells who is here; whoever left during the break is not among them.
    this.#doubtOthers()
    this.#announceAnew()
  }

  /** The connection broke: the others fade unless it comes back soon. */
  disconnected(): void {
    this.#doubtOthers()
  }

  /** Presence of others. Bytes that cannot be read are reported: presence is never worth a connection. */
  receive(update: Uint8Array): void {
    try {
      for (const id of idsOf(update)) this.#doubted.delete(id)
      applyAwarenessUpdate(this.#awareness, update, fromElsewhere)
    } catch (error) {
      this.#environment.report(error)
    }
  }

  /** Somebody asks who is here. */
  answer(): void {
    if (!this.#isAway) this.#send()
  }

  /** Leaves for the others; the state stays here for a return. The clock stays too, or a return would be hidden. */
  goodbye(): void {
    if (this.#isAway) return
    this.#isAway = true
    this.#stopThrottle?.()
    this.#stopThrottle = null
    this.#announce(encodeAwarenessUpdate(this.#awareness, [this.#awareness.clientID], new Map()))
  }

  destroy(): void {
    this.goodbye()
    this.#stopLeaving()
    this.#stopForgetting()
    for (const dispose of this.#disposers) dispose()
  }

  #changed(): void {
    if (this.#isAway || this.#stopThrottle !== null) return
    const pause = this.#environment.page.isHidden() ? RENEW_MS : ANNOUNCE_MS_MIN
    const wait = this.#announcedAt + pause - this.#environment.now()
    if (wait <= 0) this.#send()
    else this.#stopThrottle = this.#environment.after(wait, () => this.#send())
  }

  #send(): void {
    this.#stopThrottle?.()
    this.#stopThrottle = null
    const { clientID } = this.#awareness
    const state = this.#awareness.getLocalState()
    // Nobody is introduced before the app has said who it is.
    if (state !== null && Object.keys(state).length === 0) return
    if (new TextEncoder().encode(JSON.stringify(state)).length > AWARENESS_STATE_BYTES_MAX) return
    this.#announcedAt = this.#environment.now()
    this.#announce(encodeAwarenessUpdate(this.#awareness, [clientID]))
  }

  #hide(): void {
    this.#stopLeaving()
    this.#stopLeaving = this.#environment.after(HIDDEN_MS_MAX, () => this.goodbye())
  }

  #show(): void {
    this.#stopLeaving()
    // What a hidden page held back goes out now.
    const hasNews = this.#isAway || this.#stopThrottle !== null
    this.#isAway = false
    if (hasNews) this.#announceAnew()
  }

  #announceAnew(): void {
    if (this.#isAway) return
    this.#announcedAt = Number.NEGATIVE_INFINITY
    const state = this.#awareness.getLocalState()
    if (state !== null) this.#awareness.setLocalState(state)
  }

  #doubtOthers(): void {
    const { states, clientID } = this.#awareness
    this.#doubted = new Set([...states.keys()].filter((id) => id !== clientID))
    this.#stopForgetting()
    this.#stopForgetting = this.#environment.after(GRACE_MS, () => this.#forgetDoubted())
  }

  #forgetDoubted(): void {
    removeAwarenessStates(this.#awareness, [...this.#doubted], fromElsewhere)
    // With the clock kept, an unchanged person would stay invisible after a reconnect, until the next renewal.
    for (const id of this.#doubted) this.#awareness.meta.delete(id)
    this.#doubted.clear()
  }
}

/** Whom an awareness update speaks about. Throws when it cannot be read. */
function idsOf(update: Uint8Array): number[] {
  const decoder = createDecoder(update)
  const ids: number[] = []
  for (let left = readVarUint(decoder); left > 0; left -= 1) {
    ids.push(readVarUint(decoder))
    readVarUint(decoder)
    readVarString(decoder)
  }
  return ids
}
