// The board beyond single cards: filters, lanes, limits, several cards at once, what is off the board, following.

import { axe } from '../axe.mjs'
import { OnBoard } from '../on-board.mjs'
import { expect, until } from '../runner.mjs'
import { unique } from './editing.mjs'

/** Two people, and cards that both see. */
async function pair(stage, column, count, name) {
  const [ann, ben] = [await stage.person(), await stage.person()]
  const titles = Array.from({ length: count }, (_, at) => unique(`${name} ${at + 1}`))
  for (const title of titles) await ann.addCard(column, title)
  await until(() => ben.hasCard(column, titles.at(-1)), 'the cards at the other screen')
  return { ann, ben, titles, onAnn: new OnBoard(ann), onBen: new OnBoard(ben) }
}

export const board = [
  [
    'several cards chosen by keys move at once, and one undo brings them back',
    async (stage) => {
      const { ann, ben, titles, onAnn } = await pair(stage, '할 일', 3, '함께 옮김')

      await onAnn.press(titles[0], 'x')
      await onAnn.press(titles[2], 'x')
      await until(async () => (await onAnn.bulkCount()).includes('2'), 'the bar')
      await onAnn.bulk('이동')
      await onAnn.moveTo('진행 중')

      await until(() => ben.hasCard('진행 중', titles[0]), 'the first card')
      await until(() => ben.hasCard('진행 중', titles[2]), 'the other card')
      expect(await ben.hasCard('할 일', titles[1]), 'a card moved that was not chosen')
      await ann.undoToast()
      await until(() => ben.hasCard('할 일', titles[0]), 'the first card back')
      await until(() => ben.hasCard('할 일', titles[2]), 'the other card back')
      await ann.page.keyboard.press('Escape')
      await until(async () => (await onAnn.bulkCount()) === '', 'the bar gone')
    },
  ],

  [
    'Shift and arrows choose a run of cards, Alt and arrows move all of it',
    async (stage) => {
      const { ben, titles, onAnn } = await pair(stage, '할 일', 3, '이어서')
      // New cards stand at the top: the last one is the first.
      await onAnn.press(titles[2], 'Shift+ArrowDown')
      await until(async () => (await onAnn.selected()).length === 2, 'two chosen cards')
      await onAnn.page.keyboard.press('Alt+ArrowRight')

      await until(() => ben.hasCard('진행 중', titles[2]), 'the first of the run')
      await until(() => ben.hasCard('진행 중', titles[1]), 'the second of the run')
      expect(await ben.hasCard('할 일', titles[0]), 'a card moved that was not chosen')
    },
  ],

  [
    'a drag of one chosen card takes all, and others see how many',
    async (stage) => {
      const { ann, ben, titles, onAnn } = await pair(stage, '할 일', 2, '한 손에')
      for (const title of titles) await onAnn.press(title, 'x')

      await ann.drag(titles[0], '백로그')
      await until(async () => (await ben.page.locator('.ghost-tag').first().innerText()).includes('2'), 'the count')
      await until(async () => (await ben.page.locator('.origin').count()) === 2, 'both places')
      await ann.drop()

      for (const title of titles) await until(() => ben.hasCard('백로그', title), `${title} in its new column`)
    },
  ],

  [
    'cards are archived, copied and deleted by keys, and come back from the archive and the trash',
    async (stage) => {
      const { ann, ben, titles, onAnn } = await pair(stage, '할 일', 2, '치움')

      await onAnn.press(titles[0], '#')
      await until(async () => !(await ben.hasCard('할 일', titles[0])), 'the card archived')
      await onAnn.press(titles[1], 'Delete')
      await until(async () => !(await ben.hasCard('할 일', titles[1])), 'the card deleted')
      await onAnn.openArchive()
      await axe(ann.page, 'archive')
      await onAnn.restore(titles[0])
      await ann.page.getByRole('tab', { name: /휴지통/ }).click()
      await onAnn.restore(titles[1])
      await ann.page.keyboard.press('Escape')

      for (const title of titles) await until(() => ben.hasCard('할 일', title), `${title} back`)
      await onAnn.press(titles[0], 'Control+d')
      await until(
        async () => (await ben.titlesIn('할 일')).filter((title) => title === titles[0]).length === 2,
        'a copy',
      )
    },
  ],

  [
    'a deleted column and a deleted label come back from the trash, the column with its cards',
    async (stage) => {
      const { ann, ben, titles, onAnn } = await pair(stage, '할 일', 1, '칼럼째')
      const [column, label] = [unique('잠시'), unique('급함')]
      await ann.addColumn(column)
      await ann.moveByMenu(titles[0], column)
      await until(() => ben.hasCard(column, titles[0]), 'the card in the new column')
      await ann.open(titles[0])
      await ann.openField('labels')
      await ann.page.locator('.picker-search').fill(label)
      await ann.page.keyboard.press('Enter')
      await until(async () => (await ann.fieldSays('labels')).includes(label), 'the label on the card')
      await ann.button('라벨 삭제').click()
      await ann.page.locator('.label-sure .label-delete').click()
      await until(async () => !(await ann.fieldSays('labels')).includes(label), 'the label gone')
      await ann.closeMenu()
      await ann.page.keyboard.press('Escape')
      await ann.columnMenu(column, '칼럼 삭제')
      await until(async () => !(await ben.hasColumn(column)), 'the column gone')

      await onAnn.openArchive()
      await ann.page.getByRole('tab', { name: /휴지통/ }).click()
      await onAnn.restore(column)
      await onAnn.restore(label)
      await ann.page.keyboard.press('Escape')

      await until(() => ben.hasCard(column, titles[0]), 'the column with its card')
      await ann.open(titles[0])
      await until(async () => (await ann.fieldSays('labels')).includes(label), 'the label on the card again')
    },
  ],

  [
    'a filter is personal, counts, stands in the address and can be saved',
    async (stage) => {
      const { ann, ben, titles, onAnn } = await pair(stage, '할 일', 2, '걸러 보기')
      const theirs = await ben.cardsDrawn()

      await onAnn.search(titles[0])
      await until(async () => (await ann.cardsDrawn()) === 1, 'one card')
      await until(async () => new URL(ann.page.url()).searchParams.get('q') === titles[0], 'the address')
      expect((await ben.cardsDrawn()) === theirs, 'the filter moved the view of another')
      expect(/^1 \/ \d+$/.test(await ann.page.locator('.filter-count').innerText()), 'the counter')
      await ann.page.keyboard.press('Enter')
      // The card takes the focus when it is drawn; until then a letter is the search's.
      await until(async () => (await ann.focusedCard()) === titles[0], 'the focus on the card that was found')
      await ann.page.keyboard.press('f')
      await ann.page.getByRole('menuitem', { name: '이 필터 저장' }).click()
      await ann.page.getByLabel('필터 이름').fill('내 필터')
      await ann.page.keyboard.press('Enter')
      await ann.page.getByRole('button', { name: '필터 지우기', exact: true }).click()
      await until(async () => (await ann.cardsDrawn()) > 1, 'all cards again')
      await ann.page.locator('[data-add-filter]').click()
      await axe(ann.page, 'filter menu')
      await ann.page.getByRole('menuitem', { name: '내 필터' }).click()
      await until(async () => (await ann.cardsDrawn()) === 1, 'the saved filter')
      await ann.page.reload()
      await until(async () => (await ann.cardsDrawn()) === 1, 'the filter of the address')
    },
  ],

  [
    'initial consonants find a card, and no card shows the way out',
    async (stage) => {
      const { ann, onAnn } = await pair(stage, '할 일', 1, '콩나물시루')

      await onAnn.search('ㅋㄴㅁㅅㄹ')
      await until(
        async () => (await ann.cardsDrawn()) >= 1 && (await ann.firstCard()).includes('콩나물시루'),
        'the card',
      )
      await ann.page.keyboard.insertText('없는 말')
      await ann.page.getByText('필터에 맞는 카드가 없어요').waitFor()
      await axe(ann.page, 'nothing found')
      await ann.page.locator('.board-none').getByRole('button').click()
      await until(async () => (await ann.cardsDrawn()) > 1, 'all cards')
    },
  ],

  [
    'lanes show cards by person, and a drag between lanes changes who does them',
    async (stage) => {
      const { ann, ben, titles, onAnn, onBen } = await pair(stage, '할 일', 2, '줄 바꾸기')
      await onAnn.press(titles[1], 'a')
      await ann.page.getByRole('option').first().waitFor()
      await ann.page.keyboard.press('Enter')
      const people = ben.card(titles[1]).first().locator('.card-tail .avatar')
      await until(async () => (await people.count()) === 1, 'somebody on the card')
      const who = await people.getAttribute('aria-label')
      await ann.page.keyboard.press('Escape')

      await onAnn.search('줄 바꾸기')
      await onAnn.groupBy('담당')
      await until(async () => (await onAnn.laneNames()).includes('담당 없음'), 'the lanes')
      expect((await onAnn.laneNames()).includes(who), `no lane of ${who}`)
      await axe(ann.page, 'lanes')
      await onAnn.dragOnto(titles[0], titles[1])

      const theirs = ben.card(titles[0]).first().locator('.card-tail .avatar')
      await until(async () => (await theirs.count()) === 1, 'somebody on the dragged card')
      expect((await theirs.getAttribute('aria-label')) === who, 'somebody else does it')
      expect((await onBen.laneNames()).length === 0, 'lanes moved the view of another')
      await onAnn.press(titles[0], 'Alt+ArrowRight')
      await until(() => ben.hasCard('진행 중', titles[0]), 'the card moved within its lane')
      await onAnn.groupBy('유형')
      await until(async () => (await onAnn.laneNames()).includes('작업'), 'lanes by type')
    },
  ],

  [
    'a limit is shown, a hard one refuses in words and leaves the card where it was',
    async (stage) => {
      const { ann, ben, titles, onAnn, onBen } = await pair(stage, '할 일', 1, '한도')
      const there = (await ben.titlesIn('리뷰')).length

      await onAnn.limit('리뷰', there, '넘지 못하게')
      await until(async () => (await onBen.wip('리뷰')) === `${there}/${there}`, 'the limit at the other screen')
      await ben.moveByMenu(titles[0], '리뷰')
      await until(async () => (await onBen.toast()).includes('장까지만'), 'the refusal')
      expect(await ben.hasCard('할 일', titles[0]), 'the card left its column')
      await onAnn.limit('리뷰', there, '알려 주기만')
      await ann.says('저장됨')
      await ben.moveByMenu(titles[0], '리뷰')
      await until(async () => (await onAnn.wip('리뷰')).includes(`${there + 1}/${there}`), 'the limit passed')
    },
  ],

  [
    'a folded column is a strip for one person alone, and opens again',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      await ann.columnMenu('완료', '접기')

      const strip = ann.page.getByRole('button', { name: '완료 칼럼 펼치기' })
      await strip.waitFor()
      const box = await ann.page.locator('.column-folded').boundingBox()
      expect(Math.round(box.width) === 40, `the strip is ${box.width} px wide`)
      expect((await ben.page.locator('.column-folded').count()) === 0, 'it folded for another')
      await ann.page.reload()
      await strip.click()
      await until(async () => (await ann.page.locator('.column-folded').count()) === 0, 'the column')
    },
  ],

  [
    'Space peeks, letters open the menus of fields for every chosen card',
    async (stage) => {
      const { ann, ben, titles, onAnn } = await pair(stage, '할 일', 2, '글쇠')

      await onAnn.press(titles[0], 'Space')
      await ann.page.locator('.peek').waitFor()
      await axe(ann.page, 'peek')
      await ann.page.keyboard.press('ArrowDown')
      await ann.page.keyboard.press('Escape')
      await until(async () => (await ann.page.locator('.peek').count()) === 0, 'the peek gone')
      for (const title of titles) await onAnn.press(title, 'x')
      await axe(ann.page, 'bulk bar')
      await onAnn.press(titles[0], 'p')
      await ann.page.getByRole('option').first().waitFor()
      await ann.page.keyboard.press('5')
      await ann.page.keyboard.press('Enter')
      for (const title of titles) {
        const points = ben.card(title).first().locator('.card-points')
        await until(
          async () => (await points.count()) === 1 && (await points.innerText()) === '5',
          `points of ${title}`,
        )
      }
    },
  ],

  [
    'following somebody goes where they go, until one acts',
    async (stage) => {
      const { ann, ben, titles, onBen } = await pair(stage, '할 일', 1, '따라가기')

      await onBen.follow()
      await axe(ben.page, 'following')
      await ann.open(titles[0])
      await ben.page.locator('.drawer').waitFor()
      await ann.closeDrawer()
      await ben.page.locator('.drawer').waitFor({ state: 'detached' })
      await new OnBoard(ann).search(titles[0])
      await until(async () => (await ben.cardsDrawn()) === 1, 'the filter of the other')
      await ben.page.locator('#board').click({ position: { x: 700, y: 500 } })
      await until(async () => !(await onBen.isFollowing()), 'the end')
    },
  ],

  [
    'others’ moves are told in a batch',
    async (stage) => {
      const { ann, ben, titles, onAnn } = await pair(stage, '할 일', 3, '알림')
      await ann.says('저장됨')
      for (const title of titles) await onAnn.press(title, 'Alt+ArrowRight')

      await until(async () => (await ben.announced()).includes('카드 3개를 옮김'), 'the announcement')
    },
  ],

  [
    'a card dragged by a long press on a phone moves',
    async (stage) => {
      const ann = await stage.person()
      const kim = await stage.person({ phone: true })
      const [first, second] = [unique('손가락 하나'), unique('손가락 둘')]
      await ann.addCard('백로그', first)
      await ann.addCard('백로그', second)
      await until(() => kim.hasCard('백로그', second), 'the cards')
      await kim.page.waitForLoadState('networkidle')
      const [top, below] = (await kim.titlesIn('백로그')).slice(0, 2)

      await new OnBoard(kim).touchDrag(top, { dy: 130 })

      await until(async () => (await ann.indexIn('백로그', top)) > (await ann.indexIn('백로그', below)), 'the order')
      await axe(kim.page, 'phone')
    },
  ],
]
