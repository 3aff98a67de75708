// The app opens without a network, and what was edited meanwhile reaches the others once.

import { startSite } from '../next-version.mjs'
import { expect, until } from '../runner.mjs'
import { unique } from './editing.mjs'

export const offline = [
  [
    'a board opens, is edited and is left without the server, and merges once it is back',
    async (stage) => {
      stage.expectsCuts = true
      const [ann, ben] = [await stage.person(), await stage.person()]
      const [before, mine, theirs] = [unique('끊기기 전'), unique('서버 없이'), unique('그동안')]
      await ann.addCard('할 일', before)
      await ann.says('저장됨')
      await workerIsReady(ann)

      ann.proxy.cut('all')
      await ann.says('오프라인')
      await ann.page.reload()
      await ann.boardIsShown()
      await until(() => ann.hasCard('할 일', before), 'the card, without the server')
      await ann.addCard('할 일', mine)
      await ann.says('편집 1건')
      await ben.addCard('할 일', theirs)
      // Leaving and coming back, still without the server: parts that were never opened here are there too.
      await ann.page.reload()
      await until(() => ann.hasCard('할 일', mine), 'the edit after another reload')
      await ann.says('편집 1건')
      await ann.openMoveMenu(mine)
      await ann.page.keyboard.press('Escape')
      await ann.page.goto(`${ann.proxy.url}/`)
      await ann.page.locator('.home').waitFor()
      await ann.page.goBack()
      await ann.boardIsShown()

      ann.proxy.mend()
      await ann.retryNow()
      await until(() => ben.hasCard('할 일', mine), 'the edit at the other screen')
      await until(() => ann.hasCard('할 일', theirs), 'the edit of the other')
      expect((await ben.cardsNamed(mine)) === 1, 'the edit was merged more than once')
    },
  ],

  [
    'a newer version of the app is offered and not forced',
    async (stage) => {
      const { site, ann } = await onSite(stage)
      const ben = await stage.person()
      const [half, whole] = [unique('쓰다 만'), unique('새 판에서')]
      const notice = ann.page.locator('.update-at .toast')
      const isNext = () => ann.page.evaluate((path) => document.scripts[0].src.endsWith(path), site.next)

      site.publish()
      await ann.startCard('할 일')
      await ann.page.keyboard.insertText(half)
      await comesBackUntil(ann, notice.getByText('새 버전이 있어요'))
      expect(!(await isNext()), 'the window went to the new version by itself')
      await ann.page.keyboard.press('Enter')
      await until(() => ben.hasCard('할 일', half), 'what was being typed, from the old version')
      await ann.page.keyboard.press('Escape')
      await ann.openMoveMenu(half)
      await ann.page.keyboard.press('Escape')

      await notice.getByRole('button', { name: '새로 고침' }).click()
      await until(isNext, 'the new version')
      await ann.boardIsShown()
      await notice.waitFor({ state: 'detached' })
      await ann.addCard('할 일', whole)
      await until(() => ben.hasCard('할 일', whole), 'a card from the new version')
    },
  ],

  [
    'a newer version can be put off, and comes with the next visit',
    async (stage) => {
      const { site, ann } = await onSite(stage)

      site.publish()
      const later = ann.page.locator('.update-at').getByRole('button', { name: '나중에' })
      await comesBackUntil(ann, later)
      await later.click()
      await ann.page.locator('.update-at .toast').waitFor({ state: 'detached' })
      await ann.addCard('할 일', unique('옛 판에서 계속'))
      await ann.says('저장됨')
      // That the board is shown is what counts, not that every file of the page has come.
      await ann.page.goto(ann.page.url(), { waitUntil: 'commit' })
      await ann.boardIsShown()

      const source = await ann.page.evaluate(() => document.scripts[0].src)
      expect(source.endsWith(site.next), `the next visit still shows ${source}`)
    },
  ],

  [
    'the app can be installed',
    async (stage) => {
      const ann = await stage.person()
      await ann.boardIsShown()

      const href = await ann.page.locator('link[rel=manifest]').getAttribute('href')
      const manifest = await (await fetch(ann.proxy.url + href)).json()
      for (const { src, type } of manifest.icons) {
        const icon = await fetch(ann.proxy.url + src)
        expect(icon.ok && icon.headers.get('content-type') === type, `the icon ${src} is no ${type}`)
      }
    },
  ],
]

/** Resolves once the service worker keeps the app and answers for this page. */
async function workerIsReady({ page }) {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
    if (!navigator.serviceWorker.controller) {
      await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }))
    }
  })
}

/** Somebody who comes to the first board by a site that can have a newer version. */
async function onSite(stage) {
  const site = await startSite(stage.server.url)
  stage.proxies.push(site)
  const { boards } = await (await fetch(`${stage.server.url}/api/workspace`)).json()
  const ann = await stage.person({ path: null })
  await ann.page.goto(`${site.url}/b/${boards[0].id}`)
  await ann.boardIsShown()
  await workerIsReady(ann)
  return { site, ann }
}

/** The app looks for a newer version when somebody comes back to its window, once it has kept the present one. */
async function comesBackUntil({ page }, shown) {
  const comesBack = async () => {
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    return shown.isVisible()
  }
  await until(comesBack, 'the notice of a newer version', 20_000)
}
