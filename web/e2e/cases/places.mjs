// Going places: home, the switcher, the palette, the views of a board, and the keys that lead there.

import { axe } from '../axe.mjs'
import { expect, until } from '../runner.mjs'
import { unique } from './editing.mjs'

export const places = [
  [
    'the palette finds a card by initial consonants and opens it, by keys alone',
    async (stage) => {
      const ann = await stage.person()
      const title = unique('정산 합계 확인')
      await ann.addCard('할 일', title)
      await openPalette(ann)

      await ann.page.keyboard.insertText(`ㅈㅅ ㅎㄱ ${title.split(' ').at(-1)}`)
      await until(async () => (await options(ann)).some((words) => words.includes(title)), 'the card among the results')
      await ann.page.keyboard.press('Enter')

      await ann.page.getByRole('dialog', { name: title }).waitFor()
      expect(ann.page.url().includes('/c/'), 'the card has no address')
    },
  ],

  [
    'the palette acts on the open card, and remembers what was used',
    async (stage) => {
      const ann = await stage.person()
      const title = unique('내가 맡을 일')
      await ann.addCard('할 일', title)
      await ann.open(title)
      await openPalette(ann)

      await ann.page.keyboard.insertText('나에게')
      await until(async () => (await options(ann)).length > 0, 'the action')
      await ann.page.keyboard.press('Enter')
      await until(() => ann.card(title).locator('.avatar').first().isVisible(), 'me on the card')

      await openPalette(ann)
      expect((await options(ann))[0]?.includes('내 담당 해제'), `what was used is not first: ${await options(ann)}`)
    },
  ],

  [
    'every view of a board has an address, a tab and a key, and the language changes on each',
    async (stage) => {
      const ann = await stage.person()
      await ann.boardIsShown()
      const board = new URL(ann.page.url()).pathname
      for (const [key, path, tab] of VIEWS) {
        await ann.page.keyboard.press('g')
        await ann.page.keyboard.press(key)
        await until(() => new URL(ann.page.url()).pathname === board + path, `${board}${path}`)
        const current = ann.page.locator('.topbar-tabs [aria-current=page]')
        expect((await current.innerText()) === tab, `the tab of ${path} is ${await current.innerText()}`)
        await ann.page.locator('#board').waitFor()
        await ann.page.locator('.rail').getByRole('button', { name: /언어/ }).click()
        await until(async () => !/[가-힣]/.test(await ann.page.locator('.topbar-tabs').innerText()), 'English')
        await ann.page
          .locator('.rail')
          .getByRole('button', { name: /Language/ })
          .click()
        await until(async () => (await current.innerText()) === tab, 'Korean again')
      }
      await ann.page.keyboard.press('g')
      await ann.page.keyboard.press('h')
      await ann.page.locator('.home').waitFor()
    },
  ],

  [
    'home leads to the board, and a favourite board comes first',
    async (stage) => {
      const ann = await stage.person({ path: '/' })
      await ann.page.locator('.tile').first().click()
      await ann.boardIsShown()
      const name = await ann.page.locator('.topbar h1').innerText()

      await openSwitcher(ann)
      await ann.page.locator('.switcher').getByRole('searchbox').fill(initials(name))
      await ann.page
        .locator('.switcher')
        .getByRole('button', { name: new RegExp(`${name} 즐겨찾기`) })
        .click()
      await ann.page.keyboard.press('Escape')
      await ann.page.reload()
      await openSwitcher(ann)

      const first = ann.page.locator('.switcher-row').first()
      expect((await first.innerText()).includes(name), 'the favourite is not first')
    },
  ],

  [
    'single letters can be switched off, and Ctrl with K still opens the palette',
    async (stage) => {
      const ann = await stage.person()
      await ann.boardIsShown()
      await ann.openKeys()
      await ann.page.locator('.keys-switch input').uncheck()
      await ann.page.keyboard.press('Escape')
      await ann.page.locator('.keys').waitFor({ state: 'detached' })

      await ann.page.keyboard.press('?')
      await ann.page.keyboard.press('c')
      await ann.page.keyboard.press('g')
      await ann.page.keyboard.press('l')
      expect((await ann.page.locator('.keys, .card-new').count()) === 0, 'a letter still does something')
      expect(!ann.page.url().endsWith('/list'), 'G and L still go to the list')

      await openPalette(ann)
    },
  ],

  ...['light', 'dark'].map((theme) => [
    `axe finds nothing at home and in the windows of the app, ${theme}`,
    async (stage) => {
      for (const phone of [false, true]) {
        const ann = await stage.person({ theme, phone, path: '/' })
        await ann.page.locator('.tile').first().waitFor()
        await axe(ann.page, 'home')
        await openSwitcher(ann)
        await axe(ann.page, 'switcher')
        await ann.page.locator('.switcher-foot button').first().click()
        await ann.page.locator('.templates').waitFor()
        await axe(ann.page, 'new board')
        await ann.page.keyboard.press('Escape')
        await openPalette(ann)
        await axe(ann.page, 'palette')
        await ann.page.keyboard.press('Escape')
        await ann.page.locator('.palette').waitFor({ state: 'detached' })
        await ann.page.keyboard.press('?')
        await ann.page.locator('.keys').waitFor()
        await axe(ann.page, 'shortcuts')
        const width = await ann.page.evaluate(() => document.documentElement.scrollWidth)
        expect(!phone || width <= 390, `the page is ${width} px wide`)
      }
    },
  ]),
]

const VIEWS = [
  ['l', '/list', '목록'],
  ['p', '/backlog', '백로그'],
  ['s', '/sprints', '스프린트 기록'],
  ['b', '', '보드'],
]

async function openPalette({ page }) {
  await page.locator('.dialog, .popover').waitFor({ state: 'detached' })
  await page.keyboard.press('Control+k')
  await page.locator('.palette input').waitFor()
}

async function openSwitcher({ page }) {
  await page.locator('.rail').getByRole('button', { name: '보드', exact: true }).click()
  await page.locator('.switcher-row').first().waitFor()
}

function options({ page }) {
  return page.locator('.palette [role=option]').allInnerTexts()
}

/** The consonants that begin the syllables of a Korean word. */
function initials(word) {
  const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'
  return Array.from(word, (letter) => INITIALS[Math.floor((letter.charCodeAt(0) - 0xac00) / 588)] ?? letter).join('')
}
