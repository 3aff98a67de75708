// How quick a board of 5,000 cards is, in figures beside their budgets: node --experimental-websocket e2e/bench.mjs
//   [--url http://127.0.0.1:8080 --data ./data]
// Prints, and fails nothing: the figures of a shared machine say little by themselves.

import { parseArgs } from 'node:util'
import { bigBoard, CARDS } from './big-board.mjs'
import { Person } from './person.mjs'
import { launch } from './runner.mjs'
import { runningServer, startServer } from './server.mjs'
import { join, moveCard } from './wire.mjs'

/** So many that one of them is not all of the slowest twentieth. */
const MOVES = 40
const CROWD = 29
const CROWD_MS = 6_000
/** A hand that drags tells where it is this often, at most. */
const DRAG_MS = 50

const option = { type: 'string' }
const { values } = parseArgs({ options: { url: option, data: option } })
const server = values.url ? runningServer(values.url, values.data) : await startServer()
const browser = await launch()
try {
  server.importBoard('큰 보드', bigBoard())
  const { boards } = await (await fetch(`${server.url}/api/workspace`)).json()
  const { id } = boards.findLast(({ name }) => name === '큰 보드')
  const context = await browser.newContext({ locale: 'ko-KR', viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  const ann = new Person(page, null, 'ko-KR')
  const openedAt = performance.now()
  await page.goto(`${server.url}/b/${id}`)
  await page.locator('[data-card]').first().waitFor({ timeout: 60_000 })
  say('first card, fresh context', performance.now() - openedAt, 1_500)
  await page.waitForTimeout(2_000)
  say('cards in the page', await page.locator('[data-card]').count(), 200, '')

  const scroll = await ann.scrollColumn('열 1')
  say('scroll 160 px a frame, p50', scroll.p50, 16.7)
  say('scroll 160 px a frame, p95', scroll.p95, 25)

  await watch(page)
  const moves = []
  for (let at = 0; at < MOVES; at += 1) {
    await page.locator('[data-card]').nth(2).focus()
    moves.push(await timed(page, at % 2 === 0 ? 'Alt+ArrowRight' : 'Alt+ArrowDown'))
  }
  const scripts = moves.map(({ script }) => script)
  // On a first visit the browser compiles what a move runs when it first runs.
  say('the first move of a first visit: script', scripts[0], 16.7)
  say('move: script until the key is done, p50', percentile(scripts, 0.5), 8)
  say('move: script until the key is done, p95', percentile(scripts, 0.95), 8)
  const paints = moves.map(({ paint }) => paint)
  say('move: key to paint, p95', percentile(paints, 0.95), 50)

  const crowd = await Promise.all(Array.from({ length: CROWD }, () => join(server.url, id)))
  const [ben] = crowd
  const seen = []
  for (let at = 0; at < 20; at += 1) seen.push(await remote(page, ben, at))
  say('edit elsewhere to paint here, p50', percentile(seen, 0.5), 100)
  say('edit elsewhere to paint here, p95', percentile(seen, 0.95), 100)

  const stop = stir(crowd)
  const busy = await frames(page, CROWD_MS)
  say(`${CROWD} people drag and move: frame p50`, percentile(busy, 0.5), 16.7)
  say(`${CROWD} people drag and move: frame p95`, percentile(busy, 0.95), 50)
  await page.locator('[data-card]').nth(2).focus()
  const own = await timed(page, 'Alt+ArrowDown')
  say(`${CROWD} people drag and move: own key to paint`, own.paint, 50)
  stop()
  say('heap', (await heap(page)) / 1_000_000, 80, 'MB')
  for (const { leave } of crowd) leave()
} finally {
  await browser.close()
  await server.stop()
}
process.exit(0)

function say(what, figure, budget, unit = 'ms') {
  console.log(
    `${figure <= budget ? 'ok  ' : 'OVER'} ${figure.toFixed(1).padStart(8)} ${unit} of ${budget}  ${what}, ${CARDS} cards`,
  )
}

function percentile(all, share) {
  return [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))]
}

/** What the page holds in bytes, without what only waits to be collected: that is more or less by chance. */
async function heap(page) {
  const client = await page.context().newCDPSession(page)
  await client.send('HeapProfiler.collectGarbage')
  return (await client.send('Runtime.getHeapUsage')).usedSize
}

/** Measures in the page: how long the handlers of a key run, and when the next frame has been painted. */
async function watch(page) {
  await page.evaluate(() => {
    window.timed = (act) =>
      new Promise((done) => {
        const start = performance.now()
        act()
        const script = performance.now() - start
        requestAnimationFrame(() => {
          const channel = new MessageChannel()
          channel.port1.onmessage = () => done({ script, paint: performance.now() - start })
          channel.port2.postMessage(null)
        })
      })
  })
}

function timed(page, keys) {
  const [, key] = keys.split('+')
  return page.evaluate((name) => {
    const event = new KeyboardEvent('keydown', { key: name, code: name, altKey: true, bubbles: true, cancelable: true })
    return window.timed(() => document.activeElement.dispatchEvent(event))
  }, key)
}

/** From a change on the other side to its paint here; both clocks are this machine's. */
async function remote(page, { document }, at) {
  const id = await page.locator('[data-card]').nth(1).getAttribute('data-card')
  const words = `바뀐 제목 ${at}`
  const painted = page.evaluate(
    (text) =>
      new Promise((done) => {
        const look = () => {
          const isThere = [...document.querySelectorAll('.card-title')].some((title) => title.textContent === text)
          if (isThere) requestAnimationFrame(() => done(Date.now()))
          else requestAnimationFrame(look)
        }
        look()
      }),
    words,
  )
  await page.evaluate(() => new Promise(requestAnimationFrame))
  const start = Date.now()
  const title = document.getMap('cards').get(id).get('title')
  document.transact(() => {
    title.delete(0, title.length)
    title.insert(0, words)
  })
  return (await painted) - start
}

/** Everybody holds a card and carries it about, and puts one down every second. */
function stir(crowd) {
  const cards = [...crowd[0].document.getMap('cards').keys()]
  const columns = [...crowd[0].document.getMap('columns').keys()]
  const timers = crowd.map((person, at) => {
    let step = 0
    const user = { id: `usr_${at}`, name: `사람 ${at + 1}`, color: 1 + (at % 12) }
    return setInterval(() => {
      step += 1
      const card = cards[(at * 7 + Math.floor(step / 20)) % 400]
      const column = columns[(at + step) % columns.length]
      person.show({
        user,
        focus: null,
        drag: { card, others: [], count: 1, column, before: cards[(step * 5) % 60] },
        idle: false,
      })
      if (step % 20 === 0) moveCard(person.document, card, column, `a${at % 10}${step % 10}V`, user.id)
    }, DRAG_MS)
  })
  return () => timers.forEach(clearInterval)
}

function frames(page, ms) {
  return page.evaluate(
    (length) =>
      new Promise((done) => {
        const times = []
        const end = performance.now() + length
        let last = performance.now()
        const frame = () => {
          const now = performance.now()
          times.push(now - last)
          last = now
          if (now < end) requestAnimationFrame(frame)
          else done(times)
        }
        requestAnimationFrame(frame)
      }),
    ms,
  )
}
