// What the status says is true, whatever happens to the line.

import { axe } from '../axe.mjs'
import { expect, until } from '../runner.mjs'
import { unique } from './editing.mjs'

export const saving = [
  [
    'the status says saved only after the server has said so',
    async (stage) => {
      const ann = await stage.person()
      await ann.addCard('할 일', unique('먼저'))
      await ann.says('저장됨')
      await ann.says('실시간')
      const seen = await ann.watchStatus()

      ann.proxy.hold()
      await ann.addCard('할 일', unique('멈춘 동안'))
      await ann.says('저장 중')
      expect(!seen.words().some((words) => words.includes('저장됨')), `the status said saved too soon: ${seen.words()}`)
      ann.proxy.release()

      await ann.says('저장됨')
    },
  ],

  [
    'edits made offline are counted, survive a reload and merge',
    async (stage) => {
      stage.expectsCuts = true
      const [ann, ben] = [await stage.person(), await stage.person()]
      const [mine, theirs] = [unique('끊긴 동안'), unique('그동안 팀에서')]
      await ann.addCard('할 일', unique('한 번 저장'))
      await ann.says('저장됨')

      ann.proxy.cut('sync')
      await ann.says('오프라인')
      await ann.addCard('할 일', mine)
      await ann.says('편집 1건')
      await ben.addCard('할 일', theirs)
      await ann.page.reload()
      await until(() => ann.hasCard('할 일', mine), 'the edit after a reload without the server')
      await ann.says('편집 1건')
      ann.proxy.mend()
      await ann.retryNow()

      await until(() => ben.hasCard('할 일', mine), 'the offline edit at the other screen')
      await until(() => ann.hasCard('할 일', theirs), 'the edit of the other')
      await ann.saysOneOf(['온라인', '저장됨', '실시간'])
      expect((await ben.cardsNamed(mine)) === 1, 'the edit was merged more than once')
    },
  ],

  [
    'two people who edit apart end up with the same board',
    async (stage) => {
      stage.expectsCuts = true
      const [ann, ben] = [await stage.person(), await stage.person()]
      const title = unique('둘이 옮긴 카드')
      await ann.addCard('할 일', title)
      await until(() => ben.hasCard('할 일', title), 'the card')

      // What the app fetches later has come by then.
      for (const { page } of [ann, ben]) await page.waitForLoadState('networkidle')
      ann.proxy.cut('all')
      ben.proxy.cut('all')
      await ann.says('오프라인')
      await ben.says('오프라인')
      await ann.moveByMenu(title, '진행 중')
      await ben.moveByMenu(title, '리뷰')
      ann.proxy.mend()
      ben.proxy.mend()
      await ann.retryNow()
      await ben.retryNow()

      await until(async () => (await ann.columnOf(title)) === '리뷰', 'the newest move here')
      await until(async () => (await ben.columnOf(title)) === '리뷰', 'the newest move there')
      // Whose move was overwritten hears of it, and can have it back.
      await ann.undoToast()
      await until(async () => (await ben.columnOf(title)) === '진행 중', 'the restored move')
    },
  ],

  [
    'edits of somebody who may not write any more can be read and copied, and go up once they may',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      await ann.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      const [before, mine, theirs] = [unique('아직 되던 때'), unique('막힌 뒤'), unique('계속 보임')]
      await ann.addCard('할 일', before)
      await ann.says('저장됨')

      ann.proxy.lose()
      await ann.addCard('할 일', mine)
      await ann.renameInPlace(before, `${before} 고침`)
      ann.proxy.refuseWriting()
      await ann.says('편집 2건')
      await ann.page.locator('.topbar-viewer').waitFor()
      await ben.addCard('할 일', theirs)
      await until(() => ann.hasCard('할 일', theirs), 'the edit of the other')
      await ann.openStatus()
      await axe(ann.page, 'status')
      await ann.button('편집 읽기').click()
      const list = ann.page.locator('.unsaved li')
      await until(async () => (await list.count()) === 2, 'two cards in the list')
      expect(
        (await list.allInnerTexts()).some((words) => words.includes(`${before} 고침`)),
        'the new title',
      )
      await axe(ann.page, 'unsaved edits')
      await ann.button('모두 복사').click()
      await ann.page.locator('.toast').getByText('복사했어요').waitFor()
      const copied = await ann.page.evaluate(() => navigator.clipboard.readText())
      expect(copied.includes(mine) && copied.includes(`${before} 고침`), `copied: ${copied}`)
      expect(!(await ben.hasCard('할 일', mine)), 'the edit reached the server')

      // The next connection finds the right given back.
      await ann.page.reload()
      await until(() => ben.hasCard('할 일', mine), 'the edit at the other screen')
      await until(() => ben.hasCard('할 일', `${before} 고침`), 'the title at the other screen')
      await ann.saysOneOf(['온라인', '저장됨', '실시간'])
    },
  ],

  [
    'a first visit without the server says that the board is not on this device',
    async (stage) => {
      stage.expectsCuts = true
      const ann = await stage.person()
      await ann.boardIsShown()
      const path = new URL(ann.page.url()).pathname
      const ben = await stage.person({ path: null })

      ben.proxy.cut('sync')
      await ben.page.goto(ben.proxy.url + path)

      await ben.page.getByText('이 보드는 아직 이 기기에 없어요').waitFor()
      ben.proxy.mend()
      await ben.boardIsShown(15_000)
    },
  ],

  [
    'a board that the server cannot read says what is safe and why',
    async (stage) => {
      stage.expectsCuts = true
      const ann = await stage.person()
      await ann.boardIsShown()
      const path = new URL(ann.page.url()).pathname
      const ben = await stage.person({ path: null })
      ben.proxy.cut('sync')
      const problem = {
        type: 'https://calit.dev/problems/document-damaged',
        title: 'Damaged',
        status: 503,
        detail: '로그 12행',
      }
      const answer = { status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }
      await ben.page.route('**/sync/**', (route) => route.fulfill(answer))

      await ben.page.goto(ben.proxy.url + path)

      await ben.page.getByText('보드를 열 수 없어요').waitFor()
      await ben.page.getByText('로그 12행').first().waitFor()
    },
  ],

  [
    'an address without a board says so',
    async (stage) => {
      stage.expectsCuts = true
      const ann = await stage.person({ path: '/b/brd_00aaaaaaaaaaaaaaaaaaaa' })

      await ann.page.getByText('그런 보드가 없어요').waitFor()
      stage.errors.length = 0
    },
  ],
]
