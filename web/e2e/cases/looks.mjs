// Every view is accessible in both themes, at every width; a big board stays quick.

import { axe } from '../axe.mjs'
import { bigBoard } from '../big-board.mjs'
import { expect, until } from '../runner.mjs'
import { unique } from './editing.mjs'

export const looks = [
  ...['light', 'dark'].map((theme) => [
    `axe finds nothing in any view, ${theme}`,
    async (stage) => {
      const [ann, ben] = [await stage.person({ theme }), await stage.person({ theme })]
      const title = unique('접근성')
      await ann.addCard('할 일', title)
      await until(() => ben.hasCard('할 일', title), 'the card')
      await ben.open(title)

      await axe(ann.page, 'board')
      await ann.openMoveMenu(title)
      await axe(ann.page, 'move menu')
      await ann.page.keyboard.press('Escape')
      await ann.openStatus()
      await axe(ann.page, 'status')
      await ann.page.keyboard.press('Escape')
      await ann.openKeys()
      await axe(ann.page, 'shortcuts')
      await ann.page.keyboard.press('Escape')
      await ben.writeDescription('캐럿')
      await ann.open(title)
      await until(async () => (await ann.carets()) === 1, 'a caret')
      await axe(ann.page, 'drawer')
    },
  ]),

  ...['light', 'dark'].map((theme) => [
    `axe finds nothing on a phone, ${theme}`,
    async (stage) => {
      const ann = await stage.person({ theme, phone: true })
      await ann.boardIsShown()

      await axe(ann.page, 'phone')
      const small = await ann.smallTargets(44)
      expect(small.length === 0, `targets under 44 px: ${small.join(', ')}`)
      const width = await ann.page.evaluate(() => document.documentElement.scrollWidth)
      expect(width <= 390, `the page is ${width} px wide`)
      await ann.openMoveMenu(await ann.firstCard())
      await axe(ann.page, 'move sheet')
    },
  ]),

  [
    'a board of 5,000 cards opens, scrolls and moves quickly',
    async (stage) => {
      if (!stage.server.importBoard) return
      stage.server.importBoard('큰 보드', bigBoard())
      const ann = await stage.person()
      await ann.switchBoard('큰 보드')
      await until(() => ann.hasColumn('열 1'), 'the board', 20_000)

      const drawn = await ann.cardsDrawn()
      expect(drawn > 10 && drawn < 200, `${drawn} cards are drawn`)
      const frames = await ann.scrollColumn('열 1')
      console.log(
        `      5,000 cards: ${drawn} drawn, scrolling p50 ${frames.p50.toFixed(1)} ms, p95 ${frames.p95.toFixed(1)} ms`,
      )
      const first = await ann.firstCard()
      await ann.focusCard(first)
      await ann.page.keyboard.press('Alt+ArrowRight')
      await until(async () => (await ann.columnOf(first)) === '열 2', 'the moved card')
    },
  ],
]
