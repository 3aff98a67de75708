// Unmodified y-websocket providers in Node, and patience with a deadline instead of sleeps.

import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

const DEADLINE_MS = 30_000

// Each provider listens for the end of the process.
process.setMaxListeners(0)

const providers = []

/** A Yjs application: a document and its provider. `disableBc`: two tabs must meet on the server, nowhere else. */
export function open(url, room, options = {}) {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(url, room, doc, { WebSocketPolyfill: WebSocket, disableBc: true, ...options })
  const app = { doc, provider, connections: 0, complaints: [] }
  provider.on('status', ({ status }) => {
    if (status === 'connected') app.connections += 1
  })
  provider.on('connection-error', (event) => app.complaints.push(`error: ${event.message}`))
  provider.on('closed', ({ code, reason }) => app.complaints.push(`closed for good: ${code} ${reason}`))
  providers.push(provider)
  return app
}

export async function synced(...apps) {
  await until('the first sync', () => apps.every(({ provider }) => provider.synced))
}

/** Waits for a condition; looks whenever something may have happened. */
export async function until(what, isSo, deadlineMs = DEADLINE_MS) {
  const started = Date.now()
  while (!isSo()) {
    if (Date.now() - started > deadlineMs) throw new Error(`waited ${deadlineMs} ms in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export function equal(actual, expected, what) {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (left !== right) throw new Error(`${what}: ${left} is not ${right}`)
}

/** Runs one case; console complaints of the provider are failures. */
export async function run(cases) {
  const [name, url] = process.argv.slice(2)
  const complaints = []
  console.error = (...words) => complaints.push(words.join(' '))
  console.warn = console.error
  try {
    await cases[name](url)
    equal(complaints, [], 'what the provider complained about')
    console.log(`${name}: ok`)
  } catch (error) {
    console.log(error.stack)
    process.exitCode = 1
  }
  for (const provider of providers) provider.destroy()
  setTimeout(() => process.exit(), 100)
}
