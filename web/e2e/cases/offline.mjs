// The app opens without a network, and what was edited meanwhile reaches the others once.

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
