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

/** Starts a server. `stop` ends it and removes its data; `importBoard` adds a board from a Trello export. */
export async function startServer() {
  const data = mkdtempSync(join(tmpdir(), 'calit-e2e-'))
  const args = ['serve', '--demo', '--listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0', '--data', data]
  const child = spawn(binary(), args, { stdio: ['ignore', 'pipe', 'pipe'] })
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
  return {
    url,
    log: () => log.join(''),
    importBoard(name, trello) {
      const file = join(data, 'import.json')
      writeFileSync(file, JSON.stringify(trello))
      const run = spawnSync(binary(), ['import', 'trello', file, '--board', name, '--data', data], { encoding: 'utf8' })
      if (run.status !== 0) throw new Error(`import: ${run.stderr}`)
    },
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM')
      await ended
      rmSync(data, { recursive: true, force: true })
    },
  }
}
