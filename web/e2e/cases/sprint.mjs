// Two people plan, start and complete sprints, and read what became of them.

import { axe } from '../axe.mjs'
import { Planner } from '../planner.mjs'
import { expect, until } from '../runner.mjs'
import { unique } from './editing.mjs'

const demo = async (stage) => {
  const answer = await fetch(`${stage.server.url}/api/workspace`)
  const { boards } = await answer.json()
  return boards.find(({ name }) => name === '결제팀').id
}

/** Somebody on the backlog of the demo board. */
async function planner(stage, options = {}) {
  const board = await demo(stage)
  const planning = new Planner(await stage.person({ path: `/b/${board}/backlog`, ...options }))
  await planning.page.locator('.bl-head').first().waitFor()
  return planning
}

export const sprint = [
  [
    'cards are planned by drag and by menu, and a sprint that is too full says so',
    async (stage) => {
      const [ann, ben] = [await planner(stage), await planner(stage)]
      const name = unique('계획')
      const [first, second, third] = [unique('하나'), unique('둘'), unique('셋')]
      await ann.createSprint(name, { capacity: 8 })
      await ann.addTo('백로그', [first, second, third])
      for (const title of [first, second]) await ann.setPoints(title, 5)

      await ann.drag(first, ann.head(name))
      await until(async () => (await ann.fit(name)).includes('5 / 8점'), 'the sum while it is held')
      await ann.page.mouse.up()
      await ben.onlyShow(name)
      await until(() => ben.has(name, first), 'the dragged card at the other screen')
      await ann.drag(second, ann.row(first))
      await until(async () => (await ann.fit(name)).includes('2점 넘침'), 'the warning while it is held')
      await ann.page.mouse.up()
      await until(async () => (await ben.fit(name)).includes('2점 넘침'), 'the warning at the other screen')
      await ann.moveByMenu(third, name)

      await until(() => ben.has(name, third), 'the card planned by menu')
      expect((await ann.sum(name)).includes('3장 · 10점'), await ann.sum(name))
      await ann.row(third).focus()
      await ann.page.keyboard.press('Alt+ArrowUp')
      await until(
        async () => (await ben.titlesIn(name)).indexOf(third) === 1,
        'the card one step up at the other screen',
      )
      await ann.page.keyboard.press('Control+z')
      await until(async () => (await ben.titlesIn(name)).indexOf(third) === 2, 'the step taken back')
    },
  ],

  [
    'several cards are chosen by keys and planned at once',
    async (stage) => {
      const ann = await planner(stage)
      const name = unique('여럿')
      const titles = [unique('가'), unique('나'), unique('다')]
      await ann.createSprint(name)
      await ann.addTo('백로그', titles)

      await ann.row(titles[0]).focus()
      await ann.page.keyboard.press('Shift+ArrowDown')
      await ann.page.keyboard.press('Shift+ArrowDown')
      await ann.page.keyboard.press('m')
      await ann.page.locator('.move-columns button').filter({ hasText: name }).click()

      await until(async () => (await ann.titlesIn(name)).join() === titles.join(), 'all three in their order')
    },
  ],

  [
    'a sprint that two people start at once starts once',
    async (stage) => {
      const [ann, ben] = [await planner(stage), await planner(stage)]
      const name = unique('동시에')
      await ann.createSprint(name)
      await ann.addTo(name, [unique('약속')])
      await ben.onlyShow(name)
      await ann.openStart(name)
      await ben.openStart(name)

      // Whose line is faster takes the button from under the other's pointer.
      await Promise.all([ann.confirm('스프린트 시작'), ben.confirm('스프린트 시작', 3_000).catch(() => {})])

      await ann.isUnderWay(name)
      await ben.page.keyboard.press('Escape')
      await ben.isUnderWay(name)
      const started = (await happenings(stage, 'sprint_started')).map(({ subject }) => subject)
      expect(started.length > 0 && new Set(started).size === started.length, `started: ${started.join()}`)
    },
  ],

  [
    'scope that comes and goes is recorded, and the record of a completed sprint stays as it was',
    async (stage) => {
      const [ann, ben] = [await planner(stage), await planner(stage)]
      const [name, next] = [unique('완주'), unique('다음')]
      const [done, left, late, gone] = [unique('끝'), unique('남음'), unique('늦게'), unique('빠짐')]
      await ann.createSprint(next)
      await ann.createSprint(name)
      await ann.addTo(name, [done, left, gone])
      for (const title of [done, left, gone]) await ann.setPoints(title, 3)
      await ann.start(name)
      await ann.addTo(name, [late])
      await ann.setPoints(late, 2)
      await ann.moveByMenu(gone, '백로그')
      await moveTo(ann, done, '완료')

      await ann.openComplete(name)
      await ann.page.locator('.sprint-targets label').filter({ hasText: next }).click()
      const listed = await ann.page.locator('.sprint-carried li').allInnerTexts()
      expect(listed.length === 2 && !listed.join().includes(done), `carried: ${listed.join()}`)
      await ann.confirm('스프린트 완료')
      await until(async () => (await ben.head(name).count()) === 0, 'the sprint gone from planning')
      await ben.onlyShow(next)
      await until(async () => (await ben.titlesIn(next)).join() === [left, late].join(), 'the carried cards')

      await ben.go('sprints')
      await ben.page.getByRole('link').filter({ hasText: name }).click()
      await ben.page.locator('.report-cards tbody tr').first().waitFor()
      const before = await ben.page.locator('.report-figures').innerText()
      for (const words of ['3장 · 9점', '1장 · 3점', '2장 · 5점', '+2점'])
        expect(before.includes(words), `${words} is not in ${before}`)
      await ann.go('backlog')
      await ann.onlyShow(next)
      await ann.setPoints(left, 8)
      await ben.page.reload()
      await ben.page.locator('.report-cards tbody tr').first().waitFor()

      expect((await ben.page.locator('.report-figures').innerText()) === before, 'the record changed')
      await axe(ben.page, 'report')
    },
  ],

  [
    'two people change the goal at once: the newest counts, and the other can be restored',
    async (stage) => {
      stage.expectsCuts = true
      const [ann, ben] = [await planner(stage), await planner(stage)]
      const name = unique('목표')
      await ann.createSprint(name)
      await ben.onlyShow(name)

      ann.person.proxy.cut('sync')
      await setGoal(ann, name, '먼저 쓴 목표')
      await setGoal(ben, name, '나중에 쓴 목표')
      ann.person.proxy.mend()

      await until(async () => (await ann.head(name).innerText()).includes('나중에 쓴 목표'), 'the newest goal', 20_000)
      await ann.head(name).locator('.goal-restore').click()
      await until(
        async () => (await ben.head(name).locator('.goal-words').innerText()).includes('먼저 쓴 목표'),
        'the restored goal',
      )
    },
  ],

  [
    'the header tells what is left in the same frame, and the burndown is read by keys',
    async (stage) => {
      const board = await demo(stage)
      const ann = await stage.person({ path: `/b/${board}` })
      await ann.page.locator('.sprint .facts').waitFor()
      const left = () => ann.page.locator('.fact').nth(1).locator('dd').innerText()
      const before = await left()

      await ann.moveByMenu('Idempotency key on every charge request', '완료')
      await until(async () => (await left()) !== before, 'fewer points left', 1_000)
      await ann.page.locator('.burndown-button').focus()
      await ann.page.keyboard.press('Enter')
      await ann.page.locator('.burndown-popup').waitFor()
      await ann.page.locator('.chart-slider').focus()
      await ann.page.keyboard.press('Home')

      await ann.page.locator('.chart-tip').waitFor()
      const value = await ann.page.locator('.chart-slider').getAttribute('aria-valuetext')
      expect(/계획/.test(value), value)
      await axe(ann.page, 'burndown')
    },
  ],

  [
    'the list sorts by several columns, keeps its order and opens by key',
    async (stage) => {
      const board = await demo(stage)
      const ann = new Planner(await stage.person({ path: `/b/${board}/list?sprint=all` }))
      await ann.page.locator('.list-body .list-row').first().waitFor()

      await ann.sortBy('제목')
      await until(async () => (await ann.sortOf('제목')) === 'ascending', 'the order')
      const titles = await ann.listTitles()
      const sorted = titles.toSorted(new Intl.Collator('ko', { numeric: true, sensitivity: 'base' }).compare)
      expect(titles.join() === sorted.join(), 'the titles are not in order')
      await ann.sortBy('점수')
      await ann.sortBy('점수')
      await ann.sortBy('제목', { more: true })
      await until(async () => (await ann.sortOf('점수')) === 'descending', 'points, most first')
      expect((await ann.sortOf('제목')) === 'ascending', 'the second key is gone')

      const first = await ann.page.locator('.list-body .list-row').first()
      await first.focus()
      await ann.page.keyboard.press('ArrowDown')
      await ann.page.keyboard.press('x')
      const chosen = ann.page.locator('.list-body [aria-selected=true]')
      await until(async () => (await chosen.count()) === 1, 'the chosen row')
      await ann.page.keyboard.press('Escape')
      await ann.page.keyboard.press('Enter')
      await ann.page.locator('.drawer').waitFor()
      expect(ann.page.url().includes('/list/c/'), ann.page.url())
    },
  ],

  ...['light', 'dark'].flatMap((theme) => [
    [
      `axe finds nothing on the backlog and its dialogs, ${theme}`,
      async (stage) => {
        const ann = await planner(stage, { theme })
        await axe(ann.page, 'backlog')
        await ann.page.locator('.bl-tools').getByRole('button', { name: '스프린트 만들기' }).click()
        await axe(ann.page, 'new sprint')
        await ann.page.keyboard.press('Escape')
        await ann.page.locator('.bl-head').getByRole('button', { name: '스프린트 완료' }).first().click()
        await axe(ann.page, 'complete')
      },
    ],
    [
      `axe finds nothing on the board with its sprint, the list and the history, ${theme}`,
      async (stage) => {
        const ann = await planner(stage, { theme })
        for (const view of ['sprints', 'list', '']) {
          await ann.go(view)
          await axe(ann.page, view || 'board')
        }
      },
    ],
  ]),

  [
    'axe finds nothing on the sprint pages of a phone, and everything can be pressed',
    async (stage) => {
      const ann = await planner(stage, { phone: true })
      for (const view of ['backlog', 'sprints', 'list']) {
        await ann.go(view)
        await axe(ann.page, view)
        const small = (await ann.person.smallTargets(44)).filter((name) => !name.startsWith('INPUT'))
        expect(small.length === 0, `${view}: targets under 44 px: ${small.join(', ')}`)
        const width = await ann.page.evaluate(() => document.documentElement.scrollWidth)
        expect(width <= 390, `${view} is ${width} px wide`)
      }
    },
  ],
]

async function setGoal(planning, section, goal) {
  await planning.head(section).locator('.goal-words').click()
  await planning.head(section).locator('.goal .field').fill(goal)
  await planning.page.keyboard.press('Enter')
  await until(async () => (await planning.head(section).innerText()).includes(goal), `the goal ${goal}`)
}

/** Moves a card of the backlog page to a column of the board, by its drawer. */
async function moveTo(planning, title, column) {
  await planning.row(title).locator('.bl-title').click()
  const drawer = planning.page.locator('.drawer')
  await drawer.waitFor()
  await drawer.locator('.fields button').first().click()
  await planning.page.getByRole('option', { name: column }).click()
  await until(async () => (await planning.row(title).locator('.bl-status').innerText()).includes(column), 'the status')
  await planning.person.closeDrawer()
}

/** What the server has written down of a kind. */
async function happenings(stage, kind) {
  const answer = await fetch(`${stage.server.url}/api/boards/${await demo(stage)}/events?limit=200`)
  const { events } = await answer.json()
  return events.filter(({ body }) => body.kind === kind)
}
