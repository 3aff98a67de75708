// The service worker: the app opens without a network. A script of its own that imports nothing of the app.
//
// Promises: a page is asked of the server first, so that nobody is left on an old version; only without an answer the
// kept one is shown, with exactly the files it was built with. The files of the version before stay until the next
// one comes, for windows that are still open. The socket of `/sync` never passes through here.

/** Filled in by the build: every file of this version but the parts of the typeface. */
declare const __FILES__: readonly string[]
/** Filled in by the build: differs whenever a file does. */
declare const __VERSION__: string

interface Waits extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface Fetches extends Event {
  readonly request: Request
  respondWith(response: Promise<Response>): void
}
interface Scope {
  readonly location: Location
  readonly clients: { claim(): Promise<void> }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', listener: (event: Waits) => void): void
  addEventListener(type: 'fetch', listener: (event: Fetches) => void): void
}
const worker = self as unknown as Scope

const APP = 'calit-app-'
const ANSWERS = 'calit-answers'
const FONTS = 'calit-fonts'
const SHELL = '/'
/** This version, and the one before it. */
const VERSIONS_KEPT = 2
/** Answers of the server are small; the oldest make room. */
const ANSWERS_MAX = 60
/** A server that does not answer a page by then counts as away. */
const PAGE_MS_MAX = 5_000

worker.addEventListener('install', (event) => {
  event.waitUntil(keepVersion().then(() => worker.skipWaiting()))
})

worker.addEventListener('activate', (event) => {
  event.waitUntil(forgetOldVersions().then(() => worker.clients.claim()))
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (url.pathname.startsWith('/api/')) event.respondWith(answer(request, url))
  else if (url.pathname.endsWith('.woff2')) event.respondWith(font(request))
  else if (url.pathname.startsWith('/assets/')) event.respondWith(part(request))
  else if (url.pathname !== SHELL && __FILES__.includes(url.pathname)) event.respondWith(file(request))
})

async function keepVersion(): Promise<void> {
  const cache = await caches.open(APP + __VERSION__)
  // Names under /assets/ carry a hash of their content: what the browser has is what the server has.
  await cache.addAll(
    __FILES__.map((path) => new Request(path, { cache: path.startsWith('/assets/') ? 'default' : 'reload' })),
  )
}

async function forgetOldVersions(): Promise<void> {
  // In the order in which they were made.
  const versions = (await caches.keys()).filter((name) => name.startsWith(APP) && name !== APP + __VERSION__)
  const old = versions.slice(0, Math.max(0, versions.length - (VERSIONS_KEPT - 1)))
  await Promise.all(old.map((name) => caches.delete(name)))
}

async function page(request: Request): Promise<Response> {
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(PAGE_MS_MAX) })
    if (response.status < 500) return response
  } catch {
    // The kept one, then.
  }
  const cache = await caches.open(APP + __VERSION__)
  return (await cache.match(SHELL, { ignoreVary: true })) ?? Response.error()
}

/** A built file, whose name says its content: of this version or of the one before. */
async function part(request: Request): Promise<Response> {
  // A script is asked for in another mode than it was kept in; its content is the same whatever `Vary` says.
  return (await caches.match(request, { ignoreVary: true })) ?? (await fetch(request))
}

/** An icon and the like, whose name stays while its content changes. */
async function file(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    const cache = await caches.open(APP + __VERSION__)
    const kept = await cache.match(request, { ignoreVary: true })
    if (kept) return kept
    throw error
  }
}

async function font(request: Request): Promise<Response> {
  const cache = await caches.open(FONTS)
  const kept = await cache.match(request, { ignoreVary: true })
  if (kept) return kept
  const response = await fetch(request)
  if (response.ok) await cache.put(request, response.clone())
  return response
}

async function answer(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(ANSWERS)
  // When somebody was last here differs at each visit; the newest answer serves.
  const key = url.pathname === '/api/home' ? url.pathname : request.url
  try {
    const response = await fetch(request)
    const isKept = response.ok && !response.headers.has('content-disposition')
    if (isKept) await keepAnswer(cache, key, response.clone())
    if (response.status !== 502 && response.status !== 503 && response.status !== 504) return response
    return (await kept(cache, key)) ?? response
  } catch (error) {
    const last = await kept(cache, key)
    if (last) return last
    throw error
  }
}

async function keepAnswer(cache: Cache, key: string, response: Response): Promise<void> {
  // Put anew, it is the youngest.
  await cache.delete(key)
  await cache.put(key, response)
  const keys = await cache.keys()
  await Promise.all(keys.slice(0, Math.max(0, keys.length - ANSWERS_MAX)).map((old) => cache.delete(old)))
}

/** A kept answer, marked as one. */
async function kept(cache: Cache, key: string): Promise<Response | null> {
  const response = await cache.match(key, { ignoreVary: true })
  if (!response) return null
  const headers = new Headers(response.headers)
  headers.set('x-calit-kept', '1')
  return new Response(response.body, { status: response.status, headers })
}

export {}
