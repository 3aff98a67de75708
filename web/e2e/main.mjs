// The browser tests. Starts the server named by CALIT_BINARY, or takes a running one:
//   npm run e2e [-- --url http://127.0.0.1:8080 --data ./data] [--only words] [--shots folder]
// The last line counts: `e2e: N passed, N failed`.

import { parseArgs } from 'node:util'
import { board } from './cases/board.mjs'
import { boards } from './cases/boards.mjs'
import { card } from './cases/card.mjs'
import { editing } from './cases/editing.mjs'
import { looks } from './cases/looks.mjs'
import { offline } from './cases/offline.mjs'
import { places } from './cases/places.mjs'
import { presence } from './cases/presence.mjs'
import { saving } from './cases/saving.mjs'
import { sprint } from './cases/sprint.mjs'
import { runCases } from './runner.mjs'
import { runningServer, startServer } from './server.mjs'

const option = { type: 'string' }
const { values } = parseArgs({ options: { url: option, data: option, only: option, shots: option } })

const server = values.url ? runningServer(values.url, values.data) : await startServer()
let counts = { passed: 0, failed: 1 }
try {
  const cases = [
    ...editing,
    ...board,
    ...card,
    ...presence,
    ...saving,
    ...offline,
    ...places,
    ...sprint,
    ...boards,
    ...looks,
  ]
  counts = await runCases(cases, server, { only: values.only ?? null, shots: values.shots ?? null })
} catch (error) {
  console.error(error)
} finally {
  await server.stop()
}
console.log(`e2e: ${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = counts.failed === 0 ? 0 : 1
