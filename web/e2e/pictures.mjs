// The pictures in docs/: the main screens with two people in them, in both languages, both themes and at phone width.
//   node e2e/pictures.mjs [FOLDER]

import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runCases, until } from './runner.mjs'
import { startServer } from './server.mjs'

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '../../docs'))
mkdirSync(folder, { recursive: true })

const server = await startServer()
const { boards } = await (await fetch(`${server.url}/api/workspace`)).json()
const board = `/b/${boards[0].id}`

/** One screen as one person sees it, once it stands still. */
async function shoot(stage, name, path, look, ready) {
  const ann = await stage.person({ ...look, path })
  await ann.page.locator(ready).first().waitFor()
  await ann.page.evaluate(() => document.fonts.ready)
  await ann.page.waitForLoadState('networkidle')
  await ann.page.screenshot({ path: join(folder, `${name}.png`) })
}

/** The board while somebody else holds a card and a third has one open. */
async function liveBoard(stage, name, look) {
  const people = [await stage.person(look), await stage.person(look), await stage.person(look)]
  const [ann, ben, kim] = people
  for (const person of people) await person.boardIsShown()
  const columns = await ann.columnNames()
  await kim.open(await ann.cardIn(columns[2], 0))
  await ben.drag(await ann.cardIn(columns[1], 1), columns[3])
  await until(async () => (await ann.ghosts(columns[3])) === 1, 'the ghost')
  await ann.page.locator('.card').first().waitFor()
  await ann.page.screenshot({ path: join(folder, `${name}.png`) })
}

const ko = { locale: 'ko-KR', theme: 'light' }
const screens = [
  ['card', `${board}/c/pay-214`, ko, '.drawer'],
  ['backlog', `${board}/backlog`, ko, '.backlog'],
  ['list', `${board}/list`, ko, '.list'],
  ['record', `${board}/sprints/sprint-23`, ko, '.history'],
  ['velocity', `${board}/sprints`, ko, '.history'],
  ['lanes', `${board}?group=assignee`, ko, '[data-card]'],
  ['home', '/', ko, 'main'],
  ['card-dark', `${board}/c/pay-214`, { ...ko, theme: 'dark' }, '.drawer'],
  ['backlog-en', `${board}/backlog`, { locale: 'en-US', theme: 'light' }, '.backlog'],
  ['list-en-dark', `${board}/list`, { locale: 'en-US', theme: 'dark' }, '.list'],
  ['phone', board, { ...ko, theme: 'dark', phone: true }, '[data-card]'],
  ['phone-card', `${board}/c/pay-214`, { ...ko, phone: true }, '.drawer'],
  ['phone-backlog-en', `${board}/backlog`, { locale: 'en-US', theme: 'light', phone: true }, '.backlog'],
]
const cases = [
  ['board', (stage) => liveBoard(stage, 'board', ko)],
  ['board-dark', (stage) => liveBoard(stage, 'board-dark', { ...ko, theme: 'dark' })],
  ['board-en', (stage) => liveBoard(stage, 'board-en', { locale: 'en-US', theme: 'light' })],
  ...screens.map(([name, path, look, ready]) => [name, (stage) => shoot(stage, name, path, look, ready)]),
]
let counts = { failed: 1 }
try {
  counts = await runCases(cases, server)
} finally {
  await server.stop()
}
process.exitCode = counts.failed === 0 ? 0 : 1
