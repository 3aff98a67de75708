// Starts the server that the browser tests run against, on free ports and a data directory of its own.

import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const START_MS_MAX = 20_000

/** The binary to test: `CALIT_BINARY`, seen from where `npm run` was called, or the debug build. */
function binary() {
  const here = process.env.INIT_CWD ?? process.cwd()
  const given = process.env.CALIT_BINARY
  // `npm --prefix web run e2e` runs in web/, yet the path was written by somebody outside of it.
  return given ? resolve(here, given) : resolve(import.meta.dirname, '../../target/debug/calit')
}

/** A server that somebody else started. Boards can be imported if its data directory is known. */
export function runningServer(url, data) {
  const store = { args: ['--data', data], env: {} }
  const imports = data ? { importBoard: (name, trello) => importBoard(store, name, trello) } : {}
  return { url, urlFor: () => url, ...imports, stop: async () => {} }
}

function importBoard(store, name, trello) {
  const folder = mkdtempSync(join(tmpdir(), 'calit-e2e-import-'))
  const file = join(folder, 'import.json')
  writeFileSync(file, JSON.stringify(trello))
  const args = ['import', 'trello', file, '--board', name, ...store.args]
  const run = spawnSync(binary(), args, { encoding: 'utf8', env: { ...process.env, ...store.env } })
  rmSync(folder, { recursive: true })
  if (run.status !== 0) throw new Error(`import: ${run.stderr}`)
}

/** A directory of its own, which is what a server without settings keeps its data in. */
function directory() {
  const data = mkdtempSync(join(tmpdir(), 'calit-e2e-'))
  return { args: ['--data', data], env: {}, remove: () => rmSync(data, { recursive: true, force: true }) }
}

/** A database of its own in the tests' Postgres, and a deployment of that name in their Redis. */
function database() {
  const { CALIT_TEST_POSTGRES: postgres, CALIT_TEST_REDIS: redis } = process.env
  if (!postgres || !redis) throw new Error('CALIT_TEST_POSTGRES and CALIT_TEST_REDIS are not set')
  const name = `calit_e2e_${process.pid}`
  const sql = (statement) => {
    const run = spawnSync('psql', [postgres, '-qAtc', statement], { encoding: 'utf8' })
    if (run.status !== 0) throw new Error(`${statement}: ${run.stderr}`)
  }
  sql(`CREATE DATABASE ${name}`)
  const url = postgres.replace(/[^/]*$/, name)
  const env = { DATABASE_URL: url, REDIS_URL: redis, CALIT_DEPLOYMENT: name }
  return { args: [], env, remove: () => sql(`DROP DATABASE ${name} WITH (FORCE)`) }
}

/** One process on a store, once it listens. */
async function startReplica(store) {
  const args = ['serve', '--demo', '--listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0', ...store.args]
  const child = spawn(binary(), args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...store.env } })
  const log = []
  child.stderr.on('data', (bytes) => log.push(String(bytes)))
  const ended = new Promise((done) => child.once('exit', done))
  const url = await new Promise((found, failed) => {
    const late = setTimeout(() => failed(new Error(`the server did not start: ${log.join('')}`)), START_MS_MAX)
    child.once('error', failed)
    child.once('exit', (code) => failed(new Error(`the server ended with ${code}: ${log.join('')}`)))
    let out = ''
    child.stdout.on('data', (bytes) => {
      out += bytes
      const line = /listening on (http:\/\/[^ ]+)/.exec(out)
      if (!line) return
      clearTimeout(late)
      found(line[1])
    })
  })
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGTERM')
    await ended
  }
  return { url, log: () => log.join(''), stop }
}

/**
 * Starts a server, or `CALIT_TEST_REPLICAS` of them over one database. `urlFor(n)` is where the person of that number goes,
 * neighbours to different replicas; `stop` ends it and removes its data; `importBoard` adds a board from a Trello export.
 */
export async function startServer() {
  const replicas = Number(process.env.CALIT_TEST_REPLICAS ?? 0)
  const store = replicas > 0 ? database() : directory()
  const processes = []
  for (let number = 0; number < Math.max(replicas, 1); number++) processes.push(await startReplica(store))
  return {
    url: processes[0].url,
    urlFor: (number) => processes[number % processes.length].url,
    log: () => processes.map((process) => process.log()).join('\n'),
    importBoard: (name, trello) => importBoard(store, name, trello),
    async stop() {
      for (const process of processes) await process.stop()
      store.remove()
    },
  }
}
