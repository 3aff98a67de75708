// What somebody does and sees on the sprint pages and in the list. The only file of the tests that knows their markup.

import { until } from './runner.mjs'

export class Planner {
  constructor(person) {
    this.person = person
    this.page = person.page
  }

  /** Goes to a view of the board that is open: `backlog`, `sprints`, `list`, or the board itself. */
  async go(view) {
    const [, board] = /\/b\/([^/?]+)/.exec(this.page.url())
    await this.page.goto(`${this.person.proxy.url}/b/${board}${view ? `/${view}` : ''}`)
    const shown = { backlog: '.bl-head', sprints: '.history', list: '.list-body .list-row' }[view] ?? '.column'
    await this.page.locator(shown).first().waitFor()
  }

  // The backlog.

  head(section) {
    return this.page.locator('.bl-head').filter({ has: this.page.getByRole('heading', { name: section, exact: true }) })
  }

  row(title) {
    return this.page.locator('.backlog [data-card]').filter({ has: this.page.getByText(title, { exact: true }) })
  }

  /** Brings a section into view, however far down it is. */
  async reach(section) {
    await until(async () => {
      if ((await this.head(section).count()) > 0) return true
      await this.page
        .locator('.bl-pane')
        .first()
        .evaluate((pane) => {
          const atEnd = pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 1
          pane.scrollTop = atEnd ? 0 : pane.scrollTop + 400
        })
      return false
    }, `the section ${section}`)
    await this.head(section).scrollIntoViewIfNeeded()
  }

  /** Folds every other sprint away, so that a case sees its own. */
  async onlyShow(section) {
    for (;;) {
      const open = this.page.locator('.bl-pane').first().locator('.bl-fold[aria-expanded=true]')
      const names = await open.evaluateAll((buttons) =>
        buttons.map((button) => button.parentElement.querySelector('h2').textContent),
      )
      const other = names.find((name) => name !== section && name !== '백로그')
      if (!other) break
      await this.head(other).locator('.bl-fold').click()
    }
    await this.reach(section)
    const fold = this.head(section).locator('.bl-fold')
    if ((await fold.getAttribute('aria-expanded')) === 'false') await fold.click()
  }

  async createSprint(name, { capacity } = {}) {
    await this.page.locator('.bl-tools').getByRole('button', { name: '스프린트 만들기' }).click()
    const dialog = this.page.locator('.sprint-dialog')
    await dialog.getByLabel('이름').fill(name)
    if (capacity !== undefined) await dialog.getByLabel('여력(점)').fill(String(capacity))
    await dialog.getByRole('button', { name: '만들기', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    await this.onlyShow(name)
  }

  async addTo(section, titles) {
    await this.page.getByRole('button', { name: `${section}에 카드 추가` }).click()
    for (const title of titles) {
      await this.page.keyboard.insertText(title)
      await this.page.keyboard.press('Enter')
    }
    await this.page.keyboard.press('Escape')
    for (const title of titles) await this.row(title).waitFor()
    await this.focusIsBack()
  }

  /** The focus returns from a field that closes once its row is drawn; what is focused before that would lose it again. */
  focusIsBack() {
    const frames = 20
    return this.page.evaluate(async (count) => {
      for (let at = 0; at < count; at += 1) await new Promise((next) => requestAnimationFrame(next))
    }, frames)
  }

  async setPoints(title, points) {
    await this.row(title).locator('.bl-points button').click()
    await this.page.keyboard.insertText(String(points))
    await this.page.keyboard.press('Enter')
  }

  async sum(section) {
    return this.head(section).locator('.bl-sum').innerText()
  }

  fit(section) {
    return this.head(section).locator('.bl-fit').innerText()
  }

  /** The titles under a head, as far as they are drawn. */
  titlesIn(section) {
    return this.page.evaluate((name) => {
      const rows = [...document.querySelectorAll('.bl-pane li')]
        .map((row) => ({ row, y: row.getBoundingClientRect().y, pane: row.closest('.bl-pane') }))
        .sort((a, b) => a.y - b.y)
      const own = rows.find(({ row }) => row.querySelector('h2')?.textContent === name)
      if (!own) return []
      const titles = []
      for (const { row, y, pane } of rows) {
        if (pane !== own.pane || y <= own.y) continue
        if (row.querySelector('h2')) break
        const title = row.querySelector('.bl-title')?.textContent
        if (title) titles.push(title)
      }
      return titles
    }, section)
  }

  async has(section, title) {
    return (await this.titlesIn(section)).includes(title)
  }

  /** Lifts a card and holds it over another or over a head. */
  async drag(title, target) {
    const from = await this.row(title).boundingBox()
    const to = await target.boundingBox()
    const { mouse } = this.page
    await mouse.move(from.x + 140, from.y + from.height / 2)
    await mouse.down()
    await mouse.move(from.x + 150, from.y + from.height / 2 + 8, { steps: 4 })
    await mouse.move(to.x + 160, to.y + to.height / 2, { steps: 12 })
    await mouse.move(to.x + 164, to.y + to.height / 2 - 4, { steps: 4 })
  }

  async moveByMenu(title, section) {
    await this.row(title).hover()
    await this.row(title).locator('.bl-move').click()
    await this.page.locator('.move-columns button').filter({ hasText: section }).click()
  }

  async openStart(section) {
    await this.head(section).getByRole('button', { name: '스프린트 시작' }).click()
    await this.page.locator('.sprint-dialog').waitFor()
  }

  async confirm(name, timeout = 8_000) {
    await this.page.locator('.sprint-dialog').getByRole('button', { name, exact: true }).click({ timeout })
  }

  async start(section) {
    await this.openStart(section)
    await this.confirm('스프린트 시작')
    await this.isUnderWay(section)
  }

  async isUnderWay(section) {
    await this.page.locator('.bl-state').first().waitFor()
    await until(async () => (await this.head(section).locator('.bl-state').count()) === 1, `${section} under way`)
  }

  async openComplete(section) {
    await this.head(section).getByRole('button', { name: '스프린트 완료' }).click()
    await this.page.locator('.sprint-dialog').waitFor()
  }

  // The list.

  listTitles() {
    return this.page.locator('.list-body .list-title .card-title').allInnerTexts()
  }

  async sortBy(head, { more = false } = {}) {
    const button = this.page.locator('.list-head').getByRole('button', { name: new RegExp(`^${head}`) })
    await button.click(more ? { modifiers: ['Shift'] } : {})
  }

  sortOf(head) {
    return this.page.getByRole('columnheader', { name: new RegExp(`^${head}`) }).getAttribute('aria-sort')
  }
}
