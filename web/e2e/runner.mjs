// Runs cases one after another in one browser. A case gets a fresh line to the server and people as it needs them;
// whatever the browser's console calls an error fails the case.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { startProxy } from './cut-proxy.mjs'
import { Person } from './person.mjs'

const CASE_MS_MAX = 60_000
/** What a cut line makes the browser itself write into the console; ERR_FAILED is the service worker without an answer. */
const OF_A_CUT_LINE =
  /ERR_CONNECTION|ERR_FAILED|ERR_EMPTY_RESPONSE|ERR_SOCKET|WebSocket connection to|ERR_NETWORK|ERR_INTERNET|status of (426|503)/

export function launch() {
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run']
  args.push('--disable-background-networking', '--disable-component-update', '--disable-sync')
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args })
}

/** What a case works with. */
class Stage {
  constructor(browser, server) {
    this.server = server
    this.browser = browser
    this.people = []
    this.proxies = []
    this.errors = []
    /** Set by cases that cut lines. */
    this.expectsCuts = false
    this.allowed = []
  }

  /** What the browser itself writes into the console when the server refuses, where a case wants it to refuse. */
  allow(pattern) {
    this.allowed.push(pattern)
  }

  /**
   * Somebody with a browser profile of their own, on a line of their own that can be cut. Without a path they come to
   * the first board; `path: null` opens nothing yet.
   */
  async person({
    locale = 'ko-KR',
    theme = 'light',
    viewport = { width: 1440, height: 900 },
    phone = false,
    path,
  } = {}) {
    const proxy = await startProxy(this.server.urlFor(this.proxies.length))
    this.proxies.push(proxy)
    const screen = phone ? { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } : { viewport }
    const context = await this.browser.newContext({ locale, colorScheme: theme, reducedMotion: 'reduce', ...screen })
    const page = await context.newPage()
    page.on('pageerror', (error) => this.errors.push(`${error.stack ?? error}`))
    page.on('console', (message) => {
      if (message.type() !== 'error') return
      const text = `${message.text()} ${message.location().url}`
      if (this.expectsCuts && OF_A_CUT_LINE.test(text)) return
      if (!this.allowed.some((pattern) => pattern.test(text))) this.errors.push(text)
    })
    const person = new Person(page, proxy, locale)
    this.people.push(person)
    if (path !== null) await page.goto(proxy.url + (path ?? (await firstBoard(this.server.url))))
    return person
  }

  async close() {
    for (const { page } of this.people) await page.context().close()
    for (const proxy of this.proxies) await proxy.stop()
  }
}

/** The address of the workspace's first board. */
async function firstBoard(url) {
  const { boards } = await (await fetch(`${url}/api/workspace`)).json()
  return `/b/${boards[0].id}`
}

/** Runs cases `[name, run]`; returns how many passed and failed. */
export async function runCases(cases, server, { only = null, shots = null } = {}) {
  const browser = await launch()
  const counts = { passed: 0, failed: 0 }
  try {
    for (const [name, run] of cases) {
      if (only && !name.includes(only)) continue
      const stage = new Stage(browser, server)
      const startedAt = Date.now()
      try {
        await within(CASE_MS_MAX, run(stage))
        if (stage.errors.length > 0) throw new Error(`the console is not quiet:\n${stage.errors.join('\n')}`)
        counts.passed += 1
        console.log(`ok    ${name} (${Date.now() - startedAt} ms)`)
      } catch (error) {
        counts.failed += 1
        console.log(`FAIL  ${name} (${Date.now() - startedAt} ms)\n${error.stack ?? error}`)
        if (shots) await photograph(stage, shots, name)
      } finally {
        await stage.close()
      }
    }
  } finally {
    await browser.close()
  }
  return counts
}

async function photograph(stage, folder, name) {
  mkdirSync(folder, { recursive: true })
  for (const [at, { page }] of stage.people.entries()) {
    const path = join(folder, `${name.replace(/\W+/g, '-')}-${at}.png`)
    await page.screenshot({ path }).catch(() => {})
  }
}

async function within(ms, work) {
  let late
  const timeout = new Promise((_, reject) => {
    late = setTimeout(() => reject(new Error(`not done within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(late)
  }
}

/** Waits until something holds, with the last fault as the message. */
export async function until(check, what, ms = 8_000) {
  const end = Date.now() + ms
  for (;;) {
    let fault = null
    try {
      if (await check()) return
    } catch (error) {
      fault = error
    }
    if (Date.now() > end) throw new Error(`${what} did not come true within ${ms} ms${fault ? `: ${fault}` : ''}`)
    await new Promise((next) => setTimeout(next, 25))
  }
}

export function expect(holds, what) {
  if (!holds) throw new Error(what)
}
