// One WebSocket from its first byte to its end: frames become messages, silence becomes an end.
// Promises: `onEnd` is called at most once, and nothing is called after it or after `close`, so a late event of an
// old socket can never reach its successor. Knows nothing of Yjs, and nothing of when to try again (`reconnect.ts`).

import { type Message, parseFrame, writeMessage } from '../../../client-protocol/ts/frame.ts'
import { KEEP_ALIVE_INTERVAL_MS, SILENCE_MS_MAX, SUBPROTOCOL } from '../../../client-protocol/ts/limits.ts'
import type { Dispose, Environment, RawSocket } from './environment.ts'

/** How long a socket may take to open. */
export const OPEN_MS_MAX = 10_000

/** A socket that is in doubt (the machine woke up) must speak within this: one keep-alive and a slow line. */
export const DOUBT_MS_MAX = KEEP_ALIVE_INTERVAL_MS + 2_000

/** Why a connection ended. */
export type Ending =
  /** The server closed it, or the network did (1006). */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  /** It never opened. Browsers do not say why: see `probe.ts`. */
  | { readonly kind: 'unreachable' }
  /** No data frame for too long. */
  | { readonly kind: 'silent' }
  /** The server sent what nobody can read. */
  | { readonly kind: 'malformed'; readonly reason: string }

export interface ConnectionEvents {
  onOpen(): void
  onMessage(message: Message): void
  onEnd(ending: Ending): void
}

/** One attempt, which may become an open connection. */
export interface Connection {
  send(message: Message): void
  /** Ends it without `onEnd`: the caller knows. */
  close(): void
  /** The server has to show within `DOUBT_MS_MAX` that it is there. */
  doubt(): void
}

/** Opens a socket. */
export function connect(url: string, environment: Environment, events: ConnectionEvents): Connection {
  let state: 'opening' | 'open' | 'ended' = 'opening'
  let deadline = environment.now() + OPEN_MS_MAX
  let stopWatch: Dispose = () => {}

  const end = (ending: Ending | null) => {
    if (state === 'ended') return
    state = 'ended'
    stopWatch()
    closeQuietly(socket)
    if (ending !== null) events.onEnd(ending)
  }

  // One timer that looks again at the deadline is cheaper than a new timer per frame.
  const watch = () => {
    stopWatch = environment.after(Math.max(0, deadline - environment.now()), () => {
      if (environment.now() < deadline) watch()
      else end(state === 'opening' ? { kind: 'unreachable' } : { kind: 'silent' })
    })
  }

  const receive = (data: unknown) => {
    const parsed = parseFrame(data)
    if (parsed.kind === 'malformed') return end(parsed)
    for (const message of parsed.messages) {
      // A message can end the connection; the rest of its frame then belongs to nobody.
      if (state === 'ended') return
      if (message.type !== 'unknown') events.onMessage(message)
    }
  }

  const socket = environment.openSocket(url, SUBPROTOCOL, {
    onOpen() {
      if (state !== 'opening') return
      state = 'open'
      deadline = environment.now() + SILENCE_MS_MAX
      events.onOpen()
    },
    onMessage(data) {
      if (state !== 'open') return
      deadline = environment.now() + SILENCE_MS_MAX
      receive(data)
    },
    onClose(code, reason) {
      end(state === 'opening' ? { kind: 'unreachable' } : { kind: 'closed', code, reason })
    },
  })
  watch()

  return {
    send(message) {
      if (state === 'open') socket.send(writeMessage(message))
    },
    close: () => end(null),
    doubt() {
      if (state !== 'open') return
      deadline = Math.min(deadline, environment.now() + DOUBT_MS_MAX)
      stopWatch()
      watch()
    },
  }
}

function closeQuietly(socket: RawSocket): void {
  try {
    socket.close(1000, '')
  } catch {
    // Closing what never opened throws in some browsers; it is gone either way.
  }
}
