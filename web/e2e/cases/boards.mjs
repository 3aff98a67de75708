// Several boards: made, renamed, put away, brought in from files and taken out as files.

import { expect, until } from '../runner.mjs'
import { unique } from './editing.mjs'

export const boards = [
  [
    'a board is made from a template, renamed for all, put away and brought back',
    async (stage) => {
      const [ann, ben] = [await stage.person({ path: '/' }), await stage.person({ path: '/' })]
      const [name, better] = [unique('새 팀'), unique('새 이름')]
      await ann.page.locator('.tile-new').click()
      await ann.page.getByLabel('보드 이름').fill(name)
      await ann.page.getByRole('radio', { name: /칸반/ }).check()
      await ann.page.getByRole('button', { name: '만들기', exact: true }).click()
      await ann.boardIsShown()
      expect((await ann.columnNames()).length >= 3, 'the template has no columns')
      await ben.page.goto(ann.page.url().replace(ann.proxy.url, ben.proxy.url))
      await ben.boardIsShown()

      await boardMenu(ann, '이름 바꾸기')
      await ann.page.getByLabel('보드 이름').fill(better)
      await ann.page.keyboard.press('Enter')
      await until(
        async () => (await ben.page.locator('.topbar h1').innerText()) === better,
        'the new name for the other',
      )

      await boardMenu(ann, '보드 보관')
      await ben.page.locator('.archived-notice').waitFor()
      await ben.page.locator('.archived-notice button').click()
      await ann.page.locator('.archived-notice').waitFor({ state: 'detached' })
    },
  ],

  [
    'a table is mapped, imported, and taken back as a whole',
    async (stage) => {
      const ann = await stage.person({ path: '/' })
      const name = unique('표')
      const title = unique('가져온 카드')
      await chooseFile(
        ann,
        'tasks.csv',
        `Summary,Status,Story Points,Rank\n${title},Doing,5,x\n"둘째, 카드",To Do,,y\n`,
      )

      await ann.page.locator('.map').waitFor()
      const selects = ann.page.locator('.map select')
      expect((await selects.count()) === 4, `${await selects.count()} columns`)
      expect((await selects.nth(0).inputValue()) === 'title', 'the title was not guessed')
      await selects.nth(1).selectOption('column')
      await selects.nth(2).selectOption('points')
      await selects.nth(3).selectOption('')
      await ann.page.getByLabel('보드 이름').fill(name)
      await ann.page.locator('.window button[type=submit]').click()
      await ann.page.locator('.import-done').waitFor()
      expect((await ann.page.locator('.losses').innerText()).includes('Rank'), 'the column left out is not reported')
      await ann.page.getByRole('button', { name: '보드 열기' }).click()
      await ann.boardIsShown()
      await until(() => ann.hasCard('Doing', title), 'the card in its column')

      await boardMenu(ann, 'CSV 가져오기…')
      const more = unique('더 가져온 카드')
      await setFile(ann, 'more.csv', `Summary\n${more}\n`)
      await ann.page.locator('.map').waitFor()
      await ann.page.locator('.window button[type=submit]').click()
      await ann.page.locator('.import-done').waitFor()
      await until(async () => (await ann.cardsNamed(more)) === 1, 'the second import')
      await ann.page.getByRole('button', { name: '가져오기 취소' }).click()
      await until(async () => (await ann.cardsNamed(more)) === 0, 'the import taken back')
      await until(() => ann.hasCard('Doing', title), 'the other import is still there')
    },
  ],

  [
    'a board from Trello comes in with its name, and a file of another kind is refused in words',
    async (stage) => {
      const ann = await stage.person({ path: '/' })
      const name = unique('트렐로')
      stage.allow(/status of 4\d\d/)
      await chooseFile(ann, 'other.json', '{"hello": "world"}')
      await ann.page.getByRole('button', { name: '가져오기', exact: true }).last().click()
      await ann.page.locator('.trouble-line').waitFor()
      expect((await ann.page.locator('.trouble-line').innerText()).length > 10, 'no words')
      await ann.page.getByRole('button', { name: '다른 파일' }).click()

      await setFile(ann, 'trello.json', JSON.stringify(trello(name)))
      await until(async () => (await ann.page.getByLabel('보드 이름').inputValue()) === name, 'the name in the file')
      await ann.page.getByRole('button', { name: '가져오기', exact: true }).last().click()
      await ann.page.locator('.import-done').waitFor()
      await ann.page.getByRole('button', { name: '보드 열기' }).click()
      await until(() => ann.hasCard('첫 열', '트렐로 카드'), 'the card')
    },
  ],

  [
    'a board is taken out as a table and as JSON',
    async (stage) => {
      const ann = await stage.person()
      const title = unique('내보낼 카드')
      await ann.addCard('할 일', title)
      await ann.says('저장됨')
      for (const [words, end] of [
        ['CSV로 내보내기', '.csv'],
        ['JSON으로 내보내기', '.json'],
      ]) {
        const downloading = ann.page.waitForEvent('download')
        await boardMenu(ann, words)
        const download = await downloading
        expect(download.suggestedFilename().endsWith(end), download.suggestedFilename())
        const chunks = []
        for await (const chunk of await download.createReadStream()) chunks.push(chunk)
        expect(Buffer.concat(chunks).toString('utf8').includes(title), `${end} does not hold the card`)
      }
    },
  ],
]

async function boardMenu({ page }, item) {
  await page.locator('.dialog, .popover').waitFor({ state: 'detached' })
  await page.locator('.topbar-menu').click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

async function chooseFile(person, name, content) {
  await person.page.locator('.tile').first().waitFor()
  await person.page.keyboard.press('Control+k')
  await person.page.locator('.palette input').fill('Trello')
  await person.page.keyboard.press('Enter')
  await setFile(person, name, content)
}

async function setFile({ page }, name, content) {
  const input = page.locator('.drop input[type=file]')
  await input.setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) })
}

function trello(name) {
  const list = { id: '5f0000000000000000000001', name: '첫 열', closed: false, pos: 1 }
  const card = { id: '5f0000000000000000000002', name: '트렐로 카드', idList: list.id, pos: 1, closed: false, desc: '' }
  return {
    id: '5f0000000000000000000003',
    name,
    lists: [list],
    cards: [card],
    labels: [],
    members: [],
    checklists: [],
    actions: [],
  }
}
