// Everything this folder takes from the outside world: time, chance, sockets, storage, other tabs, the page.
// Injected, so that tests run on fake time against a fake server; `browserEnvironment` is the real one.

/** Ends a subscription, a timer or a connection. Calling it twice is harmless. */
export type Dispose = () => void

/** What a WebSocket tells. `onClose` comes once, also for a socket that never opened. */
export interface SocketEvents {
  onOpen(): void
  onMessage(data: unknown): void
  onClose(code: number, reason: string): void
}

/** The part of a WebSocket that is used here. */
export interface RawSocket {
  send(bytes: Uint8Array<ArrayBuffer>): void
  close(code: number, reason: string): void
}

/** The part of a BroadcastChannel that is used here. */
export interface RawChannel {
  post(message: unknown): void
  close(): void
}

/** What the page tells: whether somebody looks at it, and when it comes and goes. */
export interface Page {
  isHidden(): boolean
  /** `online` is only a hint to try now: no event and no flag says that a socket lives. */
  on(event: PageEvent, listener: () => void): Dispose
}

export type PageEvent = 'shown' | 'hidden' | 'leaving' | 'restored' | 'online'

/** The outside world. */
export interface Environment {
  /** Milliseconds since 1970. */
  now(): number
  /** 0 ≤ x < 1. */
  random(): number
  after(delayMs: number, callback: () => void): Dispose
  openSocket(url: string, protocol: string, events: SocketEvents): RawSocket
  fetch(url: string): Promise<Response>
  /** null where the browser offers none: then nothing is kept on the device. */
  indexedDB: IDBFactory | null
  /** null where the browser offers none: then tabs meet through the server only. */
  openChannel(name: string, onMessage: (message: unknown) => void): RawChannel | null
  page: Page
  /** Tells the developer of a fault that must not stop the sync, such as a listener of the app that threw. */
  report(error: unknown): void
}

/** The browser's own time, sockets, storage and events. */
export function browserEnvironment(): Environment {
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs)
      return () => clearTimeout(timer)
    },
    openSocket: openWebSocket,
    fetch: (url) => globalThis.fetch(url, { cache: 'no-store', headers: { accept: 'application/problem+json' } }),
    indexedDB: storage(),
    openChannel: openBroadcastChannel,
    page: browserPage(),
    report: (error) => globalThis.reportError(error),
  }
}

/** Merely to look at it is forbidden in some private modes. */
function storage(): IDBFactory | null {
  try {
    return globalThis.indexedDB ?? null
  } catch {
    return null
  }
}

function openWebSocket(url: string, protocol: string, events: SocketEvents): RawSocket {
  const socket = new WebSocket(url, protocol)
  socket.binaryType = 'arraybuffer'
  socket.onopen = () => events.onOpen()
  socket.onmessage = (message) => events.onMessage(message.data)
  socket.onclose = (close) => events.onClose(close.code, close.reason)
  return {
    send: (bytes) => socket.send(bytes),
    close: (code, reason) => socket.close(code, reason),
  }
}

function openBroadcastChannel(name: string, onMessage: (message: unknown) => void): RawChannel | null {
  if (globalThis.BroadcastChannel === undefined) return null
  const channel = new BroadcastChannel(name)
  channel.onmessage = (message) => onMessage(message.data)
  return {
    post: (message) => channel.postMessage(message),
    close: () => channel.close(),
  }
}

function browserPage(): Page {
  return {
    isHidden: () => document.visibilityState === 'hidden',
    on(event, listener) {
      switch (event) {
        case 'shown':
        case 'hidden':
          return listen(document, 'visibilitychange', () => {
            if ((document.visibilityState === 'hidden') === (event === 'hidden')) listener()
          })
        case 'leaving':
          return listen(window, 'pagehide', listener)
        case 'restored':
          return listen(window, 'pageshow', (shown) => {
            // Only a page from the back/forward cache has been away; the first `pageshow` belongs to loading.
            if (shown instanceof PageTransitionEvent && shown.persisted) listener()
          })
        case 'online':
          return listen(window, 'online', listener)
        default:
          return event satisfies never
      }
    },
  }
}

function listen(target: EventTarget, event: string, listener: (event: Event) => void): Dispose {
  target.addEventListener(event, listener)
  return () => target.removeEventListener(event, listener)
}
