// Everything this folder takes from the outside world: time, chance, sockets, storage, other tabs, the page.
// Injected, so that tests run on fake time against a fake server; `browserEnvironment` is the real one.

/** Ends a subscription, a timer or a connection. Calling it twice is harmless. */
export type Dispose = () => void

/** The part of a WebSocket that is used here. */
export interface WebSocketLike {
  binaryType: string
  onopen: ((event: unknown) => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null
  onerror: ((event: unknown) => void) | null
  send(bytes: Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
}

/** The part of a BroadcastChannel that is used here. */
export interface ChannelLike {
  onmessage: ((event: { readonly data: unknown }) => void) | null
  postMessage(message: unknown): void
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
  WebSocket: new (url: string, protocols: string[]) => WebSocketLike
  fetch(url: string): Promise<Response>
  /** null where the browser offers none: then nothing is kept on the device. */
  indexedDB: IDBFactory | null
  BroadcastChannel: (new (name: string) => ChannelLike) | null
  page: Page
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
    WebSocket: globalThis.WebSocket,
    fetch: (url) => globalThis.fetch(url, { cache: 'no-store', headers: { accept: 'application/problem+json' } }),
    indexedDB: globalThis.indexedDB ?? null,
    BroadcastChannel: globalThis.BroadcastChannel ?? null,
    page: browserPage(),
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
