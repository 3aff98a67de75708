// Pictures of the app with two people in it: node e2e/screenshots.mjs FOLDER [--url http://127.0.0.1:8080]

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runCases, until } from './runner.mjs'
import { runningServer, startServer } from './server.mjs'

const { values, positionals } = parseArgs({ options: { url: { type: 'string' } }, allowPositionals: true })
const folder = positionals[0]
if (!folder) throw new Error('usage: screenshots.mjs FOLDER [--url URL]')
mkdirSync(folder, { recursive: true })

const server = values.url ? runningServer(values.url) : await startServer()
const shoot = (person, name) => person.page.screenshot({ path: join(folder, `${name}.png`) })

/** Desktop: somebody drags a card and another has one open; then the drawer, the move menu and the status. */
async function desktop(stage, locale, theme) {
  const name = (view) => `${view}-${locale.slice(0, 2)}-${theme}`
  const [ann, ben, kim] = [
    await stage.person({ locale, theme }),
    await stage.person({ locale, theme }),
    await stage.person({ locale, theme }),
  ]
  for (const person of [ann, ben, kim]) await person.boardIsShown()
  const columns = await ann.columnNames()
  const [first, second] = [await ann.cardIn(columns[1], 1), await ann.cardIn(columns[2], 0)]
  await kim.open(second)
  await ben.drag(first, columns[3])
  await until(async () => (await ann.ghosts(columns[3])) === 1, 'the ghost')
  await shoot(ann, name('board'))
  await ben.page.keyboard.press('Escape')
  await ben.page.mouse.up()
  await ann.open(second)
  await kim.focusDescription()
  await until(async () => (await ann.carets()) === 1, 'the caret').catch(() => {})
  await shoot(ann, name('drawer'))
  await ann.closeDrawer()
  await ann.openMoveMenu(first)
  await shoot(ann, name('move'))
  await ann.page.keyboard.press('Escape')
  await ann.openStatus()
  await shoot(ann, name('status'))
  await ann.page.keyboard.press('Escape')
  await ann.openKeys()
  await shoot(ann, name('keys'))
}

async function phone(stage, locale, theme) {
  const name = (view) => `${view}-${locale.slice(0, 2)}-${theme}`
  const [ann, ben] = [await stage.person({ locale, theme, phone: true }), await stage.person({ locale, theme })]
  for (const person of [ann, ben]) await person.boardIsShown()
  const card = await ann.firstCard()
  await ben.open(card)
  await until(async () => (await ann.watchers(card)) === 1, 'the avatar on the card')
  await shoot(ann, name('phone'))
  await ann.openMoveMenu(card)
  await shoot(ann, name('phone-move'))
  await ann.page.keyboard.press('Escape')
  await ann.open(card)
  await shoot(ann, name('phone-card'))
}

async function offline(stage, locale, theme) {
  stage.expectsCuts = true
  const ann = await stage.person({ locale, theme })
  await ann.boardIsShown()
  const path = new URL(ann.page.url()).pathname
  ann.proxy.cut('sync')
  const [column] = await ann.columnNames()
  await ann.addCard(column, locale.startsWith('ko') ? '오프라인에서 쓴 카드' : 'A card written offline')
  await ann.page.locator('[data-status="offline"]').first().waitFor()
  await ann.openStatus()
  await shoot(ann, `offline-${locale.slice(0, 2)}-${theme}`)
  const ben = await stage.person({ locale, theme, path: null })
  ben.proxy.cut('sync')
  await ben.page.goto(ben.proxy.url + path)
  await ben.page.waitForTimeout(3_500)
  await shoot(ben, `not-here-${locale.slice(0, 2)}-${theme}`)
}

const looks = ['ko-KR', 'en-US'].flatMap((locale) => ['light', 'dark'].map((theme) => [locale, theme]))
const views = { desktop, phone, offline }
const cases = looks.flatMap(([locale, theme]) =>
  Object.entries(views).map(([view, run]) => [`${view} ${locale} ${theme}`, (stage) => run(stage, locale, theme)]),
)
let counts = { failed: 1 }
try {
  counts = await runCases(cases, server, { shots: folder })
} finally {
  await server.stop()
}
process.exitCode = counts.failed === 0 ? 0 : 1
