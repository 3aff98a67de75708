// Two people edit one board and see each other's edits.

import { expect, until } from '../runner.mjs'

export const editing = [
  [
    'an added card appears on the other screen',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      const title = unique('영수증 다시 보내기')

      await ann.addCard('할 일', title)

      await until(() => ben.hasCard('할 일', title), 'the card at the other screen')
    },
  ],

  [
    'a card renamed in place and in the drawer shows its new title to the other',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      const title = unique('이름 바꾸기 전')
      await ann.addCard('할 일', title)

      await ann.renameInPlace(title, `${title} 뒤`)
      await until(() => ben.hasCard('할 일', `${title} 뒤`), 'the new title')
      await ben.open(`${title} 뒤`)
      await ben.renameInDrawer(`${title} 끝`)

      await until(() => ann.hasCard('할 일', `${title} 끝`), 'the title from the drawer')
    },
  ],

  [
    'a card dragged to another column arrives there for both',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      const title = unique('끌어서 옮기기')
      await ann.addCard('할 일', title)

      await ann.drag(title, '진행 중')
      await ann.drop()

      await until(() => ann.hasCard('진행 중', title), 'the card in its new column')
      await until(() => ben.hasCard('진행 중', title), 'the card at the other screen')
      expect(!(await ben.hasCard('할 일', title)), 'the card is still in its old column')
    },
  ],

  [
    'Escape ends a drag without a move',
    async (stage) => {
      const ann = await stage.person()
      const title = unique('취소한 이동')
      await ann.addCard('할 일', title)

      await ann.drag(title, '진행 중')
      await ann.page.keyboard.press('Escape')
      await ann.page.mouse.up()

      await until(() => ann.hasCard('할 일', title), 'the card in its old column')
      expect(!(await ann.hasCard('진행 중', title)), 'the card moved')
    },
  ],

  [
    'Alt and arrows move a card, announce it and keep the focus',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      const title = unique('글쇠로 옮기기')
      await ann.addCard('할 일', title)

      await ann.focusCard(title)
      await ann.page.keyboard.press('Alt+ArrowRight')

      await until(() => ben.hasCard('진행 중', title), 'the card at the other screen')
      await until(async () => (await ann.announced()).includes(title), 'the announcement')
      await until(async () => (await ann.focusedCard()) === title, 'the focus on the moved card')
    },
  ],

  [
    'Alt and up moves a card within its column',
    async (stage) => {
      const ann = await stage.person()
      const [first, second] = [unique('차례 하나'), unique('차례 둘')]
      await ann.addCard('할 일', first)
      await ann.addCard('할 일', second)

      await ann.focusCard(first)
      await ann.page.keyboard.press('Alt+ArrowUp')

      await until(
        async () => (await ann.indexIn('할 일', first)) === (await ann.indexIn('할 일', second)) - 1,
        'the order',
      )
    },
  ],

  [
    'the move menu does by clicks what a drag does',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      const title = unique('메뉴로 옮기기')
      await ann.addCard('할 일', title)

      await ann.moveByMenu(title, '리뷰')
      await until(() => ben.hasCard('리뷰', title), 'the card in the chosen column')
      await ann.placeByMenu(title, '맨 위로')

      await until(async () => (await ben.indexIn('리뷰', title)) === 0, 'the card at the top')
    },
  ],

  [
    'a deleted card comes back by undo, and undo takes back only own edits',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      const [own, other] = [unique('내 카드'), unique('남의 카드')]
      await ann.addCard('할 일', own)
      await until(() => ben.hasCard('할 일', own), 'the card at the other screen')

      await ann.deleteCard(own)
      await until(async () => !(await ben.hasCard('할 일', own)), 'the deletion')
      await ann.undoToast()
      await until(() => ben.hasCard('할 일', own), 'the card back')
      await ann.renameInPlace(own, `${own} 고침`)
      await ben.addCard('할 일', other)
      await until(() => ann.hasCard('할 일', other), 'the card of the other')
      await ann.focusCard(`${own} 고침`)
      await ann.page.keyboard.press('Control+z')

      await until(() => ben.hasCard('할 일', own), 'the title as it was')
      expect(await ann.hasCard('할 일', other), 'undo took back an edit of somebody else')
      await ann.page.keyboard.press('Control+Shift+z')
      await until(() => ben.hasCard('할 일', `${own} 고침`), 'the title again')
    },
  ],

  [
    'columns are added, renamed, moved and deleted for both',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      const name = unique('배포')

      await ann.addColumn(name)
      await until(() => ben.hasColumn(name), 'the column')
      await ann.renameColumn(name, `${name} 대기`)
      await until(() => ben.hasColumn(`${name} 대기`), 'the new name')
      const before = await ben.columnNames()
      await ann.columnMenu(`${name} 대기`, '왼쪽으로')
      await until(
        async () => (await ben.columnNames()).indexOf(`${name} 대기`) === before.indexOf(`${name} 대기`) - 1,
        'the column further left',
      )
      await ann.columnMenu(`${name} 대기`, '칼럼 삭제')

      await until(async () => !(await ben.hasColumn(`${name} 대기`)), 'the column gone')
    },
  ],

  [
    'a column dragged past its neighbour stands there for both',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      await ann.boardIsShown()
      await until(() => ben.hasColumn('리뷰'), 'the board')

      await ann.dragColumn('리뷰', '진행 중')
      await until(
        async () => (await ben.columnNames()).indexOf('리뷰') < (await ben.columnNames()).indexOf('진행 중'),
        'the new order',
      )
      await ann.columnMenu('리뷰', '오른쪽으로')

      await until(
        async () => (await ben.columnNames()).indexOf('리뷰') > (await ben.columnNames()).indexOf('진행 중'),
        'the old order',
      )
    },
  ],

  [
    'a Korean syllable being composed is neither submitted twice nor taken for a shortcut',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      const title = unique('')

      await ann.startCard('할 일')
      await ann.compose('가나', title)

      await until(() => ben.hasCard('할 일', `${title}가나`), 'the composed title')
      expect((await ben.cardsNamed(title)) === 1, `one card was wanted, not ${await ben.cardsNamed(title)}`)
      for (const words of ['나', '가나'])
        expect(!(await ben.hasCard('할 일', words)), `‘${words}’ became a card of its own`)
    },
  ],
]

let count = 0
const run = Date.now().toString(36).slice(-4)

/** A title that no other case uses. */
export function unique(title) {
  count += 1
  return `${title} ${run}${count}`.trim()
}
