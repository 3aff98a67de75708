// Lets the app open without a network, and notices when the server has a newer version than this window.

import { Signal } from '../../board/signal.ts'

/** The server has another version than this window shows. */
export const isOutdated = new Signal(false)

const LOOK_MS = 30 * 60_000
const FONTS = 'calit-fonts'

/** Starts the service worker, if this browser has them. To be called once the first view stands. */
export async function startOffline(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  try {
    const registration = await navigator.serviceWorker.register('/service-worker.js', { updateViaCache: 'none' })
    registration.addEventListener('updatefound', () => {
      const { installing } = registration
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'activated') void lookForUpdate()
      })
    })
    const look = (): void => {
      if (document.visibilityState !== 'visible') return
      // Without a network there is nothing new.
      void registration.update().catch(() => {})
      // The server is asked itself: a worker that could not be kept must not hide that there is a newer version.
      void lookForUpdate()
    }
    setInterval(look, LOOK_MS)
    document.addEventListener('visibilitychange', look)
    await navigator.serviceWorker.ready
    // Last: a part of the typeface that does not come must not keep this window from hearing of a newer version.
    await keepFonts()
  } catch {
    // Without one the app works as long as there is a network.
  }
}

/** Compares this window's version with the server's. */
export async function lookForUpdate(): Promise<void> {
  const own = document.querySelector<HTMLScriptElement>('script[type=module][src]')?.src
  if (!own) return
  try {
    const response = await fetch('/', { cache: 'no-store', headers: { accept: 'text/html' } })
    const page = await response.text()
    if (response.ok && !page.includes(new URL(own).pathname)) isOutdated.set(true)
  } catch {
    // No network, no news.
  }
}

/** The parts of the typeface that came before the worker did. */
async function keepFonts(): Promise<void> {
  const parts = performance.getEntriesByType('resource').flatMap(({ name }) => (name.endsWith('.woff2') ? [name] : []))
  const cache = await caches.open(FONTS)
  for (const part of new Set(parts)) if (!(await cache.match(part))) await cache.add(part)
}
