// What people do with a whole board: choose several cards, filter, group, limit, follow. It knows the app's markup, as
// `person.mjs` does.

export class OnBoard {
  constructor(person) {
    this.person = person
    this.page = person.page
  }

  async press(title, ...keys) {
    await this.person.focusCard(title)
    for (const key of keys) await this.page.keyboard.press(key)
  }

  async selected() {
    return this.page.locator('.card-selected .card-title').allInnerTexts()
  }

  async bulkCount() {
    const bar = this.page.locator('.bulk b')
    return (await bar.count()) === 0 ? '' : bar.innerText()
  }

  async bulk(name) {
    await this.page.locator('.bulk').getByRole('button', { name, exact: true }).click()
  }

  async moveTo(column) {
    await this.page.locator('.move-columns button').filter({ hasText: column }).click()
  }

  async search(words) {
    await this.page.locator('body').press('/')
    await this.page.keyboard.insertText(words)
  }

  async filterBy(kind, ...names) {
    await this.page.locator(`[data-filter="${kind}"]`).click()
    for (const name of names) await this.page.getByRole('menuitemcheckbox', { name, exact: true }).click()
    await this.page.keyboard.press('Escape')
  }

  async groupBy(name) {
    await this.page.locator('.filter-view').click()
    await this.page.getByRole('menuitemradio', { name, exact: true }).click()
    await this.page.keyboard.press('Escape').catch(() => {})
  }

  lane(name) {
    return this.page.locator('.lane').filter({ has: this.page.getByRole('heading', { name }) })
  }

  async laneNames() {
    return this.page.locator('.lane-head b').allInnerTexts()
  }

  async limit(column, n, mode) {
    await this.person.columnMenu(column, '진행 제한…')
    await this.page.locator('.wip-dialog input[type=number]').fill(String(n))
    await this.page.locator('.wip-mode').filter({ hasText: mode }).click()
    await this.page.keyboard.press('Enter')
    await this.page.locator('.wip-dialog').waitFor({ state: 'detached' })
  }

  async unlimit(column) {
    await this.person.columnMenu(column, '진행 제한…')
    await this.page.getByRole('button', { name: '제한 없애기' }).click()
  }

  /** Drags a card onto the lower half of another. */
  async dragOnto(title, other) {
    const from = await this.person.card(title).first().boundingBox()
    const to = await this.person.card(other).first().boundingBox()
    const { mouse } = this.page
    await mouse.move(from.x + 60, from.y + from.height / 2)
    await mouse.down()
    await mouse.move(from.x + 70, from.y + from.height / 2 - 8, { steps: 4 })
    await mouse.move(to.x + 80, to.y + to.height * 0.8, { steps: 12 })
    await mouse.move(to.x + 84, to.y + to.height * 0.8, { steps: 4 })
    await mouse.up()
  }

  wip(column) {
    return this.person.column(column).locator('.wip').innerText()
  }

  toast() {
    return this.page.locator('.toast').innerText()
  }

  async openArchive() {
    await this.page.locator('.filter-view').click()
    await this.page.getByRole('menuitem', { name: '보관함과 휴지통…' }).click()
    await this.page.locator('.archive').waitFor()
  }

  async restore(title) {
    await this.page.getByRole('button', { name: `‘${title}’ 되돌리기` }).click()
  }

  async follow(at = 0) {
    await this.page.locator('.presence-person').nth(at).click()
    await this.page.locator('.follow').waitFor()
  }

  isFollowing() {
    return this.page.locator('.follow').isVisible()
  }

  /** Presses a card with a finger until it comes along, and lets it go over another column's tab or place. */
  async touchDrag(title, { dx = 0, dy = 0, hold = 0 }) {
    const client = await this.page.context().newCDPSession(this.page)
    const box = await this.person.card(title).first().boundingBox()
    const at = { x: box.x + box.width / 3, y: box.y + box.height / 2 }
    const touch = (type, x, y) =>
      client.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] })
    await touch('touchStart', at.x, at.y)
    await this.page.waitForTimeout(450)
    for (let step = 1; step <= 8; step += 1) await touch('touchMove', at.x + (dx * step) / 8, at.y + (dy * step) / 8)
    await this.page.waitForTimeout(hold)
    await touch('touchEnd')
  }
}
