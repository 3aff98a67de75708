// An open card: its fields, its description, its lists, links and talk, each once through the screen.

import { axe } from '../axe.mjs'
import { expect, until } from '../runner.mjs'
import { unique } from './editing.mjs'

/** Two people with the same new card open. */
async function both(stage, name, options = {}) {
  const [ann, ben] = [await stage.person(options), await stage.person(options)]
  const title = unique(name)
  await ann.addCard('할 일', title)
  await until(() => ben.hasCard('할 일', title), 'the card')
  await ann.open(title)
  await ben.open(title)
  return { ann, ben, title }
}

const fieldIs = (person, field, words) =>
  until(async () => (await person.fieldSays(field)).includes(words), `${field} “${words}”`)

export const card = [
  [
    'every field of a card is set from its row, for both',
    async (stage) => {
      const { ann, ben, title } = await both(stage, '모든 필드')

      for (const [field, words] of [
        ['status', '리뷰'],
        ['points', '5'],
        ['priority', '긴급'],
        ['type', '버그'],
      ]) {
        await ann.openField(field)
        await ann.pick(words)
        await fieldIs(ben, field, words)
      }
      await ann.openField('due')
      await ann.button('내일').click()
      await until(async () => /\d+월 \d+일/.test(await ben.fieldSays('due')), 'the due date')
      await ann.openField('assignees')
      await ann.pick('나에게 배정')
      await ann.closeMenu()
      await until(async () => !(await ben.fieldSays('assignees')).includes('추가'), 'the assignee')
      await ann.openField('labels')
      await ann.pick('Server')
      await ann.closeMenu()
      await fieldIs(ben, 'labels', 'Server')

      expect((await ben.columnOf(title)) === '리뷰', 'the card did not move')
      await ann.page.keyboard.press('Escape')
      await ann.page.keyboard.press('Control+z')
      await until(async () => (await ben.fieldSays('labels')).includes('추가'), 'the label taken back')
    },
  ],

  [
    'points are typed freely and cleared, by keys alone, and the focus comes back to the row',
    async (stage) => {
      const { ann, ben } = await both(stage, '자유 점수')

      await ann.fieldRow('points').focus()
      await ann.page.keyboard.press('Enter')
      await ann.page.locator('.field-menu .picker-search').waitFor()
      await ann.page.keyboard.insertText('21')
      await ann.page.keyboard.press('Enter')
      await fieldIs(ben, 'points', '21')
      await until(
        () => ann.page.evaluate(() => document.activeElement?.getAttribute('data-field') === 'points'),
        'the focus on the row',
      )
      await ann.page.keyboard.press('Enter')
      await ann.page.locator('.field-menu .picker-search').waitFor()
      await ann.page.keyboard.press('Home')
      await ann.page.keyboard.press('Enter')

      await fieldIs(ben, 'points', '추가')
    },
  ],

  [
    'the keys of the board open the same menus, for many cards at once, and say what differs',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      const [first, second] = [unique('여럿 하나'), unique('여럿 둘')]
      for (const title of [first, second]) await ann.addCard('할 일', title)
      await ann.focusCard(first)
      await ann.page.keyboard.press('p')
      await ann.page.locator('.field-menu .picker-search').waitFor()
      await ann.page.keyboard.type('8')
      await ann.page.keyboard.press('Enter')
      await until(async () => (await ben.card(first).innerText()).includes('8'), 'the points')
      await until(async () => (await ann.focusedCard()) === first, 'the focus on the card')
      await ann.page.keyboard.press('l')
      await ann.pick('Server')
      await ann.closeMenu()

      await ann.focusCard(first)
      await ann.page.keyboard.press('x')
      await ann.focusCard(second)
      await ann.page.keyboard.press('x')
      await ann.page.keyboard.press('l')
      await ann.option('Server').locator('[data-state=mixed]').waitFor()
      await ann.pick('Server')
      await ann.closeMenu()

      await until(async () => (await ben.card(second).innerText()).includes('Server'), 'the label on both')
      await ann.page.keyboard.press('Escape')
      await ann.open(second)
      await ann.page.keyboard.press('d')
      await ann.page.locator('.field-menu .date-picker').waitFor()
    },
  ],

  [
    'a due time is set with the native fields',
    async (stage) => {
      const { ann, ben } = await both(stage, '마감 시각')

      await ann.openField('due')
      await ann.page.locator('.field-menu input[type=date]').fill('2027-03-05')
      await ann.button('시각 더하기').click()
      await ann.page.locator('.field-menu input[type=time]').fill('09:30')
      await ann.closeMenu()

      await fieldIs(ben, 'due', '2027년 3월 5일 (금) 09:30')
      await ben.openField('due')
      await ben.button('없음').click()
      await fieldIs(ann, 'due', '추가')
    },
  ],

  [
    'a label is made, recoloured, renamed and deleted',
    async (stage) => {
      const { ann, ben } = await both(stage, '라벨')
      const name = unique('급함')

      await ann.openField('labels')
      await ann.page.locator('.picker-search').fill(name)
      await ann.page.keyboard.press('Enter')
      await fieldIs(ben, 'labels', name)
      await ann.page.getByLabel('청록', { exact: true }).check()
      await ann.page.getByLabel('라벨 이름', { exact: true }).fill(`${name} 아주`)
      await ann.page.keyboard.press('Enter')
      await fieldIs(ben, 'labels', `${name} 아주`)
      await until(
        async () => (await ben.fieldRow('labels').locator('.label').getAttribute('style')).includes('teal'),
        'the colour',
      )
      await ann.page.locator('.picker-search').fill(`${name} 아주`)
      await ann.page.keyboard.press('F2')
      await ann.button('라벨 삭제').click()
      await ann.page.locator('.label-sure .label-delete').click()

      await fieldIs(ben, 'labels', '추가')
    },
  ],

  [
    'somebody is found by initial consonants, and somebody new is added by name',
    async (stage) => {
      const { ann, ben } = await both(stage, '담당')
      const name = unique('홍길동')

      await ann.openField('assignees')
      await ann.page.locator('.picker-search').fill(name)
      await ann.page.keyboard.press('Enter')
      await ann.page.locator('.picker-search').fill('ㅈㅇ')
      await ann.pick('지은')
      await ann.closeMenu()

      await fieldIs(ben, 'assignees', name)
      await fieldIs(ben, 'assignees', '지은')
    },
  ],

  [
    'a checklist is written, ticked, renamed, ordered by keys and by hand, and deleted with a way back',
    async (stage) => {
      const { ann, ben } = await both(stage, '체크리스트')

      await ann.addItems('하나', '둘', '셋')
      await until(async () => (await ben.items()).join() === '하나,둘,셋', 'three items')
      await ben.item('둘').getByRole('checkbox').click()
      await until(() => ann.item('둘').getByRole('checkbox').isChecked(), 'the tick')
      await ann.item('셋').locator('textarea').focus()
      await ann.page.keyboard.press('Alt+ArrowUp')
      await until(async () => (await ben.items()).join() === '하나,셋,둘', 'the new order')
      await ann.item('하나').locator('textarea').fill('처음')
      await ann.page.keyboard.press('Enter')
      await ann.page.keyboard.insertText('사이')
      await ann.page.keyboard.press('Enter')
      await ann.page.keyboard.press('Escape')
      await until(async () => (await ben.items()).join() === '처음,사이,셋,둘', 'an item between')
      await dragItem(ann, '둘', '처음')
      await until(async () => (await ben.items()).join() === '둘,처음,사이,셋', 'the order by hand')
      await ann.item('사이').hover()
      await ann.item('사이').locator('.todo-remove').click()
      await until(async () => (await ben.items()).join() === '둘,처음,셋', 'the item gone')
      await ann.undoToast()

      await until(async () => (await ben.items()).join() === '둘,처음,사이,셋', 'the item back')
    },
  ],

  [
    'several pasted lines become several items',
    async (stage) => {
      const { ann, ben } = await both(stage, '붙여넣기')

      await ann.drawer().locator('.todo-add').click()
      await paste(ann, '- 하나\n- [x] 둘\n\n3) 셋')

      await until(async () => (await ben.items()).join() === '하나,둘,셋', 'three items')
      expect(await ben.item('둘').getByRole('checkbox').isChecked(), 'the tick of the pasted list was lost')
    },
  ],

  [
    'Korean being composed is submitted once, in checklists and comments',
    async (stage) => {
      const { ann, ben } = await both(stage, '조합')

      await ann.drawer().locator('.todo-add').click()
      await ann.compose('가나')
      await until(async () => (await ben.items()).join() === '가나', 'one item')
      await ann.item('가나').locator('textarea').focus()
      await ann.page.keyboard.press('End')
      await ann.composeOnly('다라')
      await ann.page.keyboard.press('Enter')
      await ann.page.keyboard.press('Escape')
      await until(async () => (await ben.items()).join() === '가나다라', 'the renamed item')
      await ann.commentField().focus()
      await ann.composeOnly('마바')
      await ann.page.keyboard.press('Control+Enter')

      await until(async () => (await ben.comments()).join() === '마바', 'one comment')
      expect((await ann.items()).length === 1, 'an item was made twice')
    },
  ],

  [
    'links are made both ways, a circle is refused in words, and a link is cut',
    async (stage) => {
      const { ann, ben, title } = await both(stage, '앞선 일')
      const other = unique('뒤따르는 일')
      await ben.closeDrawer()
      await ben.addCard('할 일', other)

      await link(ann, '막힌 카드', other)
      await ann.drawer().getByText(other).waitFor()
      await ben.open(other)
      await ben.drawer().locator('.link-line').filter({ hasText: title }).waitFor()
      await link(ben, '막힌 카드', title)
      await ben.page.locator('.link-refused').filter({ hasText: '이을 수 없어요' }).waitFor()
      await ben.page.keyboard.press('Escape')
      await ben.drawer().locator('.link-line').hover()
      await ben.drawer().locator('.link-remove').click()

      await until(async () => (await ann.drawer().locator('.link-line').count()) === 0, 'the link gone')
    },
  ],

  [
    'a comment calls somebody, is changed and taken away with a way back',
    async (stage) => {
      const { ann, ben } = await both(stage, '댓글')

      await ann.commentField().pressSequentially('안녕 @지ㅇ')
      await ann.suggested('지은')
      await ann.page.keyboard.insertText('보세요 <b>굵게</b> https://example.org/a?b=1.')
      await ann.page.keyboard.press('Control+Enter')
      await until(
        async () => (await ben.comments()).join() === '안녕 @지은 보세요 <b>굵게</b> https://example.org/a?b=1.',
        'the comment',
      )
      expect((await ben.drawer().locator('.comment-body .mention').innerText()) === '@지은', 'no mention')
      expect((await ben.drawer().locator('.comment-buttons').count()) === 0, 'somebody else could change it')
      await ann.drawer().locator('.comment').hover()
      await ann.button('댓글 고치기').click()
      await ann.page.keyboard.press('Control+a')
      await ann.page.keyboard.insertText('고쳐 쓴 @지은')
      await ann.page.keyboard.press('Control+Enter')
      await until(async () => (await ben.comments()).join() === '고쳐 쓴 @지은', 'the changed comment')
      await ann.drawer().locator('.comment').hover()
      await ann.button('댓글 삭제').click()
      await until(async () => (await ben.comments()).length === 0, 'the comment gone')
      await ann.undoToast()

      await until(async () => (await ben.comments()).length === 1, 'the comment back')
    },
  ],

  [
    'a description is formatted by / and by Markdown, and names cards and people',
    async (stage) => {
      const { ann, ben } = await both(stage, '서식')
      const other = unique('가리킨 카드')
      await ben.closeDrawer()
      await ben.addCard('할 일', other)
      const type = (words) => ann.page.keyboard.type(words)
      const rich = ben.drawer().locator('.tiptap')

      await ann.focusDescription()
      await type('/큰')
      await ann.suggested('큰 제목')
      await type('머리')
      await ann.page.keyboard.press('Enter')
      await type('- 하나')
      await ann.page.keyboard.press('Enter')
      await ann.page.keyboard.press('Enter')
      await type('/할일')
      await ann.suggested('할 일 목록')
      await type('확인')
      await ann.page.keyboard.press('Enter')
      await ann.page.keyboard.press('Enter')
      await type('**굵게** `코드` #가리킨')
      await ann.suggested(other)
      await type('@지ㅇ')
      await ann.suggested('지은')
      await ann.page.keyboard.press('Enter')
      await type('---')
      await type('> 인용')
      await ann.page.keyboard.press('Enter')
      await ann.page.keyboard.press('Enter')
      await type('/코드')
      await ann.suggested('코드')
      await type('let a = 1')

      await ben.open((await ann.drawer().getAttribute('aria-label')) ?? '')
      for (const tag of ['h1', 'ul li', 'li[data-checked]', 'strong', 'code', 'hr', 'blockquote', 'pre code'])
        await rich.locator(tag).first().waitFor()
      expect((await rich.locator('.mention').innerText()) === '@지은', 'no mention')
      await rich.locator('li[data-checked] input').click()
      await ann.drawer().locator('.tiptap li[data-checked=true]').waitFor()
      await rich.locator('.card-ref').click()
      await until(async () => (await ben.drawer().getAttribute('aria-label')) === other, 'the card that was named')
    },
  ],

  [
    'a description without the editor shows the same formatting',
    async (stage) => {
      const { ann, ben } = await both(stage, '읽기')
      await ann.focusDescription()
      await ann.page.keyboard.type('/할일')
      await ann.suggested('할 일 목록')
      await ann.page.keyboard.type('확인')
      await ben.drawer().locator('.tiptap li[data-checked]').waitFor()

      // The editor's code is long in coming: the text must be there meanwhile.
      await ben.page.evaluate(async () => {
        // What the service worker has kept would come at once.
        for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister()
        for (const name of await caches.keys()) await caches.delete(name)
      })
      await ben.page.route(/assets\/Editor-/, () => {})
      await ben.page.reload()

      await ben.drawer().locator('.rich:not(.tiptap) li[data-checked]').filter({ hasText: '확인' }).waitFor()
    },
  ],

  [
    'two points at once: the newest wins, the other is told and restored',
    async (stage) => {
      stage.expectsCuts = true
      const { ann, ben } = await both(stage, '겹친 점수')
      for (const person of [ann, ben]) person.proxy.cut('sync')
      for (const person of [ann, ben]) await person.says('오프라인')

      await ann.openField('points')
      await ann.pick('5')
      await ben.openField('points')
      await ben.pick('3')
      for (const person of [ann, ben]) person.proxy.mend()
      for (const person of [ann, ben]) await person.retryNow()

      await until(async () => (await ann.losses()).join().includes('5로 복원'), 'the overwritten value')
      expect((await ann.losses()).join().includes('내 값'), 'it does not say whose value it was')
      await ann.button('5로 복원').click()
      await fieldIs(ben, 'points', '5')
      await until(async () => (await ben.losses()).length === 0, 'the row gone')
    },
  ],

  [
    'two people write one description at once, apart and together',
    async (stage) => {
      stage.expectsCuts = true
      const { ann, ben } = await both(stage, '같이 쓰기')
      await ann.writeDescription('처음 ')
      await until(async () => (await ben.description()).includes('처음'), 'the beginning')
      for (const person of [ann, ben]) person.proxy.cut('sync')
      for (const person of [ann, ben]) await person.says('오프라인')

      await ann.writeDescription('앤의 말')
      await ben.focusDescription()
      await ben.page.keyboard.press('Enter')
      await ben.page.keyboard.type('# 벤의 제목')
      for (const person of [ann, ben]) person.proxy.mend()
      for (const person of [ann, ben]) await person.retryNow()

      for (const person of [ann, ben]) {
        await until(async () => (await person.description()).includes('앤의 말'), 'her words')
        await until(async () => (await person.description()).includes('벤의 제목'), 'his words')
      }
      expect((await ann.description()) === (await ben.description()), 'the copies differ')
      await ann.drawer().locator('.tiptap h1').waitFor()
    },
  ],

  [
    'a card that is deleted while open says by whom, keeps what is written, and comes back',
    async (stage) => {
      const { ann, ben, title } = await both(stage, '지워진 카드')
      await ben.closeDrawer()
      await ann.writeDescription('쓰는 중')

      await ben.deleteCard(title)
      await ann.drawer().locator('.banner').filter({ hasText: '삭제했어요' }).waitFor()
      await ann.writeDescription(' 그대로')
      await ann.drawer().locator('.banner button').click()

      await until(() => ben.hasCard('할 일', title), 'the card back')
      await ben.open(title)
      await until(async () => (await ben.description()) === '쓰는 중 그대로', 'what was written meanwhile')
    },
  ],

  [
    'a card is copied, archived with a way back, and its address copied',
    async (stage) => {
      const { ann, ben, title } = await both(stage, '복제')
      await ann.addItems('항목')
      await ann.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])

      await ann.button('링크 복사').click()
      await until(
        async () => (await ann.page.evaluate(() => navigator.clipboard.readText())) === ann.page.url(),
        'the address',
      )
      await ann.drawerMenu('복제')
      await until(async () => (await ben.cardsNamed(title)) === 2, 'the copy')
      await until(async () => (await ann.items()).join() === '항목', 'the checklist of the copy')
      await ann.drawerMenu('보관')
      await until(async () => (await ben.cardsNamed(title)) === 1, 'the archived copy gone')
      await ann.undoToast()

      await until(async () => (await ben.cardsNamed(title)) === 2, 'the copy back')
    },
  ],

  [
    'what happened is told in words, and again when more happens',
    async (stage) => {
      const { ann, ben } = await both(stage, '활동')

      await ann.openField('status')
      await ann.pick('진행 중')
      await until(
        async () => /[^가] 님이 할 일에서 진행 중으로 옮김/.test(await ben.drawer().locator('.log').innerText()),
        'the move',
      )
      await ann.openField('points')
      await ann.pick('8')
      await until(
        async () => (await ben.drawer().locator('.log').innerText()).includes('점수를 8로 정함'),
        'the points',
      )
    },
  ],

  [
    'monsters in every field are shown safely and break nothing',
    async (stage) => {
      if (!stage.server.importBoard) return
      const name = unique('괴물')
      stage.server.importBoard(name, monsterBoard(name))
      for (const options of [{}, { phone: true }]) {
        const ann = await stage.person({ ...options, path: '/' })
        await openBoard(stage, ann, name)
        await ann.page
          .locator('[data-card]')
          .first()
          .click({ position: { x: 12, y: 12 } })
        await ann.drawer().waitFor()
        await ann.drawer().locator('.rich').waitFor()

        expect(!(await ann.page.evaluate(() => window.wasHacked)), 'a script of the card ran')
        const wide = await ann.page.evaluate(() =>
          ['.drawer', '.drawer-body', '.fields', '.part'].filter((part) => {
            const element = document.querySelector(part)
            return element && element.scrollWidth > element.clientWidth + 1
          }),
        )
        expect(wide.length === 0, `wider than the drawer: ${wide.join()}`)
        const title = await ann.drawer().locator('.drawer-title').boundingBox()
        expect(title.height < 300, `the title is ${title.height} px high`)
        await ann.openField('labels')
        await until(async () => (await ann.option('라벨').count()) >= 200, 'two hundred labels')
      }
    },
  ],

  ...['light', 'dark'].map((theme) => [
    `axe finds nothing in an open card, ${theme}`,
    async (stage) => {
      const { ann, ben } = await both(stage, '접근', { theme })
      await ann.addItems('하나')
      await ann.comment('안녕 https://example.org/x')
      await ann.drawer().locator('.comment').waitFor()
      await ben.writeDescription('캐럿')
      await until(async () => (await ann.carets()) === 1, 'a caret')

      await axe(ann.page, '.drawer', '.drawer')
    },
  ]),

  ...['light', 'dark'].map((theme) => [
    `axe finds nothing in the menus of a card, ${theme}`,
    async (stage) => {
      const ann = await stage.person({ theme })
      await ann.open(await ann.firstCard())
      for (const field of ['assignees', 'labels', 'due']) {
        await ann.openField(field)
        await axe(ann.page, '.field-menu', '.field-menu')
        await ann.closeMenu()
      }
      await ann.button('연결 추가').click()
      await ann.page.locator('.link-menu').waitFor()
      await axe(ann.page, '.link-menu', '.link-menu')
      await ann.page.keyboard.press('Escape')
      await ann.focusDescription()
      await ann.page.keyboard.type(' /')
      await ann.page.locator('.suggest').waitFor()
      await axe(ann.page, '.suggest', '.suggest')
    },
  ]),

  ...['light', 'dark'].map((theme) => [
    `an open card fits a phone, ${theme}`,
    async (stage) => {
      const [ann, ben] = [await stage.person({ theme, phone: true }), await stage.person({ theme })]
      const title = unique('전화기')
      await ben.addCard('백로그', title)
      await until(() => ann.hasCard('백로그', title), 'the card')
      await ben.open(title)
      await ben.addItems('하나')

      await ann.open(title)
      await ann.drawer().locator('[data-item]').waitFor()
      await ann.drawer().locator('.tiptap').waitFor()
      await axe(ann.page, '.drawer', '.drawer')
      const small = await ann.smallTargets(44)
      expect(small.length === 0, `targets under 44 px: ${small.join(', ')}`)
      await ann.openField('points')
      await axe(ann.page, '.field-menu', '.field-menu')
      const sheet = await ann.page.locator('.field-menu').boundingBox()
      expect(Math.round(sheet.y + sheet.height) === 844 && sheet.width === 390, 'the menu is no sheet')
      await ann.pick('5')
      await fieldIs(ben, 'points', '5')
    },
  ]),
]

async function link(person, kind, title) {
  await person.button('연결 추가').click()
  await person.page.locator('.link-sides label').filter({ hasText: kind }).click()
  await person.page.locator('.link-menu .picker-search').fill(title)
  await person.page.keyboard.press('Enter')
}

async function dragItem(person, text, onto) {
  await person.item(text).hover()
  const from = await person.item(text).locator('.todo-grip').boundingBox()
  const to = await person.item(onto).boundingBox()
  const { mouse } = person.page
  await mouse.move(from.x + 12, from.y + 14)
  await mouse.down()
  await mouse.move(from.x + 8, from.y + 6, { steps: 4 })
  await mouse.move(to.x + 60, to.y + 6, { steps: 10 })
  await mouse.move(to.x + 62, to.y + 4, { steps: 3 })
  await mouse.up()
}

function paste(person, text) {
  return person.page.evaluate((words) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', words)
    document.activeElement.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    )
  }, text)
}

async function openBoard(stage, person, name) {
  const { boards } = await (await fetch(`${stage.server.url}/api/workspace`)).json()
  const board = boards.find((known) => known.name === name)
  await person.page.goto(`${person.proxy.url}/b/${board.id}`)
  await person.boardIsShown()
}

/** One card with the worst in every field. */
function monsterBoard(name) {
  const script = '<img src=x onerror="window.wasHacked=1"><script>window.wasHacked=1</script>'
  const monster = `${script}${'가나다라마바사아자차'.repeat(990)}👩‍👩‍👧‍👦 مرحبا بالعالم`
  const labels = Array.from({ length: 200 }, (_, at) => ({
    id: `label${at}`,
    name: `라벨 ${at} ${script} ${'x'.repeat(80)} مرحبا`,
    color: 'red',
  }))
  const item = (at) => ({ id: `item${at}`, name: `${script}${'긴'.repeat(500)}${at}`, state: 'complete', pos: at })
  return {
    id: 'monster',
    name,
    lists: [{ id: 'list', name: `${script}할 일`, pos: 1, closed: false }],
    labels,
    members: [{ id: 'member', fullName: `${script}${'이름'.repeat(100)}`, username: 'x' }],
    cards: [
      {
        id: 'card',
        idShort: 1,
        idList: 'list',
        name: monster,
        desc: `${monster}\n\n${'줄\n'.repeat(50)}`,
        pos: 1,
        closed: false,
        due: '9999-12-31T23:59:59.000Z',
        labels,
        idLabels: labels.map(({ id }) => id),
        idMembers: ['member'],
        idChecklists: ['list1'],
      },
    ],
    checklists: [{ id: 'list1', idCard: 'card', name: 'x', pos: 1, checkItems: [item(1), item(2), item(3)] }],
    actions: [
      {
        id: 'action',
        type: 'commentCard',
        date: '2026-11-01T00:00:00.000Z',
        idMemberCreator: 'member',
        memberCreator: { id: 'member', fullName: 'x' },
        data: { text: monster.slice(0, 4_000), card: { id: 'card' } },
      },
    ],
  }
}
