// Somebody at a screen: what they can do and see on the page, by the names that a screen reader would say.
// The only file of the tests that knows the app's markup.

const WORDS = {
  'ko-KR': {
    menu: '메뉴',
    move: '이동…',
    remove: '삭제',
    undo: '실행 취소',
    title: '제목',
    description: '설명',
    close: '닫기',
  },
  'en-US': {
    menu: 'menu',
    move: 'Move to…',
    remove: 'Delete',
    undo: 'Undo',
    title: 'Title',
    description: 'Description',
    close: 'Close',
  },
}

export class Person {
  constructor(page, proxy, locale) {
    this.page = page
    this.proxy = proxy
    this.words = WORDS[locale]
  }

  // What is on the board.

  column(name) {
    return this.page.locator('.column').filter({ has: this.page.getByRole('heading', { name, exact: true }) })
  }

  card(title) {
    return this.page.locator('[data-card]').filter({ has: this.page.getByText(title, { exact: true }) })
  }

  async boardIsShown(timeout = 8_000) {
    await this.page.locator('.column').first().waitFor({ timeout })
  }

  async columnNames() {
    return this.page.locator('.column h2').allInnerTexts()
  }

  async hasColumn(name) {
    return (await this.columnNames()).includes(name)
  }

  async titlesIn(column) {
    return this.column(column).locator('.card-title').allInnerTexts()
  }

  async hasCard(column, title) {
    return (await this.titlesIn(column)).includes(title)
  }

  async indexIn(column, title) {
    return (await this.titlesIn(column)).indexOf(title)
  }

  async cardIn(column, index) {
    const card = this.column(column).locator('.card-title').nth(index)
    await card.waitFor()
    return card.innerText()
  }

  async columnOf(title) {
    for (const name of await this.columnNames()) if (await this.hasCard(name, title)) return name
    return null
  }

  async cardsNamed(words) {
    const titles = await this.page.locator('.card-title').allInnerTexts()
    return titles.filter((title) => title.includes(words)).length
  }

  async firstCard() {
    return this.page.locator('.card-title').first().innerText()
  }

  cardsDrawn() {
    return this.page.locator('[data-card]').count()
  }

  focusedCard() {
    return this.page.evaluate(() => document.activeElement?.querySelector('.card-title')?.textContent ?? null)
  }

  async announced() {
    return (await this.page.locator('[aria-live=polite]').allInnerTexts()).join(' ')
  }

  // What they do.

  button(name) {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** Opens the field at the top of a column, where new cards are drawn on every screen. */
  async startCard(column) {
    await this.column(column).locator('.column-buttons button').first().click()
  }

  async addCard(column, title) {
    await this.startCard(column)
    await this.page.keyboard.insertText(title)
    await this.page.keyboard.press('Enter')
    await this.page.keyboard.press('Escape')
    await this.card(title).first().waitFor({ state: 'attached' })
  }

  async focusCard(title) {
    await this.card(title).focus()
  }

  async renameInPlace(title, next) {
    await this.focusCard(title)
    await this.page.keyboard.press('e')
    await this.page.getByLabel(this.words.title, { exact: true }).fill(next)
    await this.page.keyboard.press('Enter')
  }

  async open(title) {
    await this.card(title).first().locator('.card-title').click()
    await this.page.locator('.drawer').waitFor()
  }

  async closeDrawer() {
    await this.page.locator('.drawer').getByRole('button', { name: this.words.close, exact: true }).click()
    await this.page.locator('.drawer').waitFor({ state: 'detached' })
  }

  async renameInDrawer(title) {
    const field = this.page.locator('.drawer').getByLabel(this.words.title, { exact: true })
    await field.fill(title)
    await field.press('Enter')
  }

  /** Lifts a card and holds it over a column. */
  async drag(title, column) {
    const card = this.card(title).first()
    await card.scrollIntoViewIfNeeded()
    const from = await card.boundingBox()
    const to = await this.column(column).boundingBox()
    const { mouse } = this.page
    await mouse.move(from.x + 60, from.y + from.height / 2)
    await mouse.down()
    await mouse.move(from.x + 70, from.y + from.height / 2 + 8, { steps: 4 })
    await mouse.move(to.x + to.width / 2, to.y + 140, { steps: 12 })
    await mouse.move(to.x + to.width / 2 + 4, to.y + 144, { steps: 4 })
  }

  async drop() {
    await this.page.mouse.up()
  }

  async openMoveMenu(title) {
    await this.card(title).first().locator('.card-menu').click()
    await this.page.getByRole('menuitem', { name: this.words.move }).click()
    await this.page.locator('.move').waitFor()
  }

  async moveByMenu(title, column) {
    await this.openMoveMenu(title)
    await this.page.locator('.move-columns button').filter({ hasText: column }).click()
  }

  async placeByMenu(title, step) {
    await this.openMoveMenu(title)
    await this.page.locator('.move').getByRole('button', { name: step, exact: true }).click()
  }

  async deleteCard(title) {
    await this.card(title).first().locator('.card-menu').click()
    await this.page.getByRole('menuitem', { name: this.words.remove }).click()
  }

  async undoToast() {
    await this.page.locator('.toast').getByRole('button', { name: this.words.undo }).click()
  }

  async addColumn(name) {
    await this.page.locator('.column-new button').click()
    await this.page.keyboard.insertText(name)
    await this.page.keyboard.press('Enter')
  }

  /** Drags a column by its head to the left of another. */
  async dragColumn(name, before) {
    const from = await this.column(name).locator('h2').boundingBox()
    const to = await this.column(before).boundingBox()
    const { mouse } = this.page
    await mouse.move(from.x + 10, from.y + 8)
    await mouse.down()
    await mouse.move(from.x - 10, from.y + 12, { steps: 4 })
    await mouse.move(to.x + 30, to.y + 60, { steps: 12 })
    await mouse.move(to.x + 26, to.y + 60, { steps: 4 })
    await mouse.up()
  }

  async columnMenu(column, item) {
    await this.column(column).locator('.column-buttons button').last().click()
    await this.page.getByRole('menuitem', { name: item, exact: true }).click()
  }

  async renameColumn(column, name) {
    await this.columnMenu(column, '이름 바꾸기')
    await this.page.locator('.column-head .field').fill(name)
    await this.page.keyboard.press('Enter')
  }

  /** Types as an input method does: a syllable is composed and ended by Enter, which the field must not take. */
  async compose(words, prefix = '') {
    await this.composeOnly(words, prefix)
    await this.page.keyboard.press('Enter')
    await this.page.keyboard.press('Escape')
  }

  /** The same, without ending the line. */
  async composeOnly(words, prefix = '') {
    const client = await this.page.context().newCDPSession(this.page)
    await this.page.keyboard.insertText(prefix)
    for (let end = 1; end <= words.length; end += 1) {
      const text = words.slice(0, end)
      await client.send('Input.imeSetComposition', { text, selectionStart: end, selectionEnd: end })
    }
    // The Enter that ends a composition carries key code 229.
    const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 }
    await client.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter })
    await client.send('Input.insertText', { text: words })
    await client.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter })
  }

  async switchBoard(name) {
    await this.page.locator('.rail-boards').getByRole('link', { name, exact: true }).click()
  }

  // Saving.

  status() {
    return this.page.locator('.status')
  }

  async says(words) {
    await this.status().filter({ hasText: words }).waitFor({ timeout: 20_000 })
  }

  async saysOneOf(choices) {
    await this.status()
      .filter({ hasText: new RegExp(choices.join('|')) })
      .waitFor({ timeout: 20_000 })
  }

  /** Collects every word the status says from now on. */
  async watchStatus() {
    const said = []
    await this.page.exposeFunction('statusSaid', (words) => said.push(words))
    await this.page.evaluate(() => {
      const element = document.querySelector('.status')
      const watcher = new MutationObserver(() => window.statusSaid(element.textContent))
      watcher.observe(element, { subtree: true, childList: true, characterData: true })
    })
    return { words: () => said }
  }

  async openStatus() {
    await this.status().click()
    await this.page.locator('.status-detail').waitFor()
  }

  async openKeys() {
    // A popover that is closing still holds the focus.
    await this.page.locator('.popover').waitFor({ state: 'detached' })
    await this.page.keyboard.press('?')
    await this.page.locator('.keys').waitFor()
  }

  async retryNow() {
    await this.openStatus()
    const retry = this.page.locator('.status-detail .button-edge')
    // It may have come back by itself in the meantime.
    await retry.click({ timeout: 1_000 }).catch(() => {})
    await this.page.keyboard.press('Escape')
  }

  // The others.

  ghosts(column) {
    return this.column(column).locator('.ghost').count()
  }

  watchers(title) {
    return this.card(title).first().locator('.card-viewers .avatar').count()
  }

  peopleHere() {
    return this.page.locator('.presence .avatar').count()
  }

  async focusDescription() {
    await this.page.locator('.drawer .tiptap').click()
    await this.page.keyboard.press('Control+End')
    // The editor hears of a moved caret a little later than the browser.
    await this.page.evaluate(() => new Promise((next) => requestAnimationFrame(() => setTimeout(next))))
  }

  async writeDescription(words) {
    await this.focusDescription()
    await this.page.keyboard.insertText(words)
  }

  /** The text without the names at the carets. */
  async description() {
    await this.page.locator('.drawer .tiptap').waitFor()
    return this.page.evaluate(() => {
      const copy = document.querySelector('.drawer .tiptap').cloneNode(true)
      for (const caret of copy.querySelectorAll('.caret')) caret.remove()
      return copy.textContent
    })
  }

  carets() {
    return this.page.locator('.drawer .caret').count()
  }

  // In an open card.

  drawer() {
    return this.page.locator('.drawer')
  }

  /** The row of a field: status, assignees, labels, points, priority, type, start, due or sprint. */
  fieldRow(field) {
    return this.drawer().locator(`[data-field=${field}]`)
  }

  async openField(field) {
    await this.fieldRow(field).click()
    await this.page.locator('.field-menu .picker').waitFor()
  }

  option(words) {
    return this.page.locator('.field-menu').getByRole('option').filter({ hasText: words })
  }

  async pick(words) {
    await this.option(words).first().click()
  }

  async closeMenu() {
    await this.page.keyboard.press('Escape')
    await this.page.locator('.field-menu').waitFor({ state: 'detached' })
  }

  async fieldSays(field) {
    return this.fieldRow(field).innerText()
  }

  async addItems(...texts) {
    await this.drawer().locator('.todo-add').click()
    for (const text of texts) {
      await this.page.keyboard.insertText(text)
      await this.page.keyboard.press('Enter')
    }
    await this.page.keyboard.press('Escape')
    await this.drawer().locator('.todo-new').waitFor({ state: 'detached' })
  }

  item(text) {
    return this.drawer()
      .locator('[data-item]')
      .filter({ has: this.page.locator(`textarea:text-is(${JSON.stringify(text)})`) })
  }

  items() {
    return this.drawer()
      .locator('[data-item] textarea')
      .evaluateAll((fields) => fields.map((field) => field.value))
  }

  commentField() {
    return this.drawer().locator('> .write textarea')
  }

  async comment(text) {
    await this.commentField().fill(text)
    await this.page.keyboard.press('Control+Enter')
  }

  comments() {
    return this.drawer().locator('.comment-body').allInnerTexts()
  }

  /** Chooses from the list at the caret by keys, once it offers these words. */
  async suggested(words) {
    const list = this.page.locator('.suggest')
    const wanted = list.getByRole('option').filter({ hasText: words }).first()
    await wanted.waitFor()
    for (let step = 0; step < 20; step += 1) {
      if ((await wanted.getAttribute('aria-selected')) === 'true') break
      await this.page.keyboard.press('ArrowDown')
    }
    await this.page.keyboard.press('Enter')
    await list.waitFor({ state: 'detached' })
  }

  losses() {
    return this.drawer().locator('.kept').allInnerTexts()
  }

  async drawerMenu(item) {
    await this.drawer().locator('.drawer-head [aria-haspopup=menu]').click()
    await this.page.getByRole('menuitem', { name: item, exact: true }).click()
  }

  // How it looks.

  /** Controls under a size, in px; those inside text are exempt. */
  smallTargets(least) {
    return this.page.evaluate((px) => {
      const small = []
      for (const element of document.querySelectorAll('button, a, input')) {
        const box = element.getBoundingClientRect()
        if (box.width === 0 || box.right < 0 || box.left > innerWidth || element.closest('.skip')) continue
        if (getComputedStyle(element).visibility === 'hidden' || element.matches('.skip')) continue
        if (box.height < px - 0.5 || box.width < Math.min(px, 32) - 0.5) {
          small.push(`${element.className || element.tagName} ${Math.round(box.width)}×${Math.round(box.height)}`)
        }
      }
      return [...new Set(small)]
    }, least)
  }

  /** Scrolls a column by 160 px a frame; how long frames took. */
  async scrollColumn(column) {
    const list = await this.column(column).locator('.column-cards').elementHandle()
    const times = await list.evaluate(async (element) => {
      const frames = []
      let last = performance.now()
      for (let frame = 0; frame < 120; frame += 1) {
        element.scrollTop += 160
        await new Promise((next) => requestAnimationFrame(next))
        const now = performance.now()
        frames.push(now - last)
        last = now
      }
      element.scrollTop = 0
      for (let frame = 0; frame < 5; frame += 1) await new Promise((next) => requestAnimationFrame(next))
      return frames
    })
    times.sort((a, b) => a - b)
    return { p50: times[Math.floor(times.length * 0.5)], p95: times[Math.floor(times.length * 0.95)] }
  }
}
