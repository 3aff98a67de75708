// Somebody at a screen: what they can do and see on the page, by the names that a screen reader would say.
// The only file of the tests that knows the app's markup.

const WORDS = {
  'ko-KR': { menu: '메뉴', move: '이동…', remove: '삭제', undo: '실행 취소', title: '제목', close: '닫기', add: '카드 추가', addColumn: '칼럼 추가', columnName: '칼럼 이름', rename: '이름 바꾸기', retry: '지금 시도', newCard: '새 카드' },
  'en-US': { menu: 'Menu of', move: 'Move to…', remove: 'Delete', undo: 'Undo', title: 'Title', close: 'Close', add: 'Add card', addColumn: 'Add column', columnName: 'Column name', rename: 'Rename', retry: 'Try now', newCard: 'New card' },
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

  // What a person does.

  async addCard(column, title) {
    await this.startCard(column)
    const field = this.column(column).getByLabel(this.words.newCard)
    await field.fill(title)
    await field.press('Enter')
    await this.card(title).first().waitFor()
    await field.press('Escape')
  }

  async startCard(column) {
    await this.column(column).getByRole('button', { name: this.words.add, exact: true }).click()
  }

  async renameInPlace(title, next) {
    await this.focusCard(title)
    await this.page.keyboard.press('e')
    const field = this.page.locator('.card').getByLabel(this.words.title)
    await field.fill(next)
    await field.press('Enter')
  }

  async open(title) {
    await this.card(title).click({ position: { x: 40, y: 12 } })
    await this.drawer().locator('textarea').waitFor()
  }

  drawer() {
    return this.page.locator('.drawer')
  }

  async closeDrawer() {
    await this.drawer().getByRole('button', { name: this.words.close }).click()
  }

  async renameInDrawer(title) {
    await this.drawer().getByLabel(this.words.title).fill(title)
  }

  async drag(title, column) {
    const from = await (await this.card(title).elementHandle()).boundingBox()
    const to = await (await this.column(column).locator('.column-list').elementHandle()).boundingBox()
    await this.page.mouse.move(from.x + 40, from.y + 14)
    await this.page.mouse.down()
    await this.page.mouse.move(from.x + 60, from.y + 30, { steps: 4 })
    await this.page.mouse.move(to.x + 80, to.y + 40, { steps: 12 })
    await this.page.mouse.move(to.x + 82, to.y + 42, { steps: 2 })
  }

  async drop() {
    await this.page.mouse.up()
  }

  async focusCard(title) {
    await this.card(title).first().focus()
  }

  async openMoveMenu(title) {
    await this.card(title).first().hover()
    await this.card(title).first().getByRole('button', { name: this.words.menu }).click()
    await this.page.getByRole('menuitem', { name: this.words.move }).click()
    await this.page.getByRole('dialog').waitFor()
  }

  async moveByMenu(title, column) {
    await this.openMoveMenu(title)
    await this.page.getByRole('dialog').getByRole('button', { name: column }).click()
    await this.page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  async placeByMenu(title, step) {
    await this.openMoveMenu(title)
    const dialog = this.page.getByRole('dialog')
    const button = dialog.getByRole('button', { name: step, exact: true })
    if (await button.isEnabled()) await button.click()
    await dialog.getByRole('button', { name: this.words.close }).click()
  }

  async deleteCard(title) {
    await this.focusCard(title)
    await this.page.keyboard.press('Delete')
  }

  async undoToast() {
    await this.page.locator('.toast').getByRole('button', { name: this.words.undo }).click()
  }

  async addColumn(name) {
    await this.page.getByRole('button', { name: this.words.addColumn, exact: true }).click()
    const field = this.page.getByLabel(this.words.columnName)
    await field.fill(name)
    await field.press('Enter')
  }

  async columnMenu(name, item) {
    await this.column(name).getByRole('button', { name: this.words.menu }).first().click()
    await this.page.getByRole('menuitem', { name: item, exact: true }).click()
  }

  async renameColumn(name, next) {
    const head = this.column(name).locator('.column-head')
    await head.locator('.column-tools button').last().click()
    await this.page.getByRole('menuitem', { name: this.words.rename, exact: true }).click()
    const field = this.page.getByLabel(this.words.columnName)
    await field.fill(next)
    await field.press('Enter')
  }

  /** Types through the browser's own input method interface; the syllable is ended by Enter, as Korean keyboards do. */
  async compose(text, before = '') {
    const client = await this.page.context().newCDPSession(this.page)
    if (before) await this.page.keyboard.insertText(before)
    for (let length = 1; length <= text.length; length += 1) {
      const part = text.slice(0, length)
      await client.send('Input.imeSetComposition', { text: part, selectionStart: part.length, selectionEnd: part.length })
    }
    // The Enter that ends a composition reaches the page with key code 229.
    await client.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229 })
    await client.send('Input.insertText', { text })
    await client.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 })
    await this.page.keyboard.press('Enter')
  }

  async switchBoard(name) {
    await this.page.reload()
    await this.page.getByRole('link', { name, exact: true }).click()
  }

  // The status, presence and the description.

  status() {
    return this.page.locator('.status')
  }

  async says(words, ms = 15_000) {
    await this.saysOneOf([words], ms)
  }

  async saysOneOf(options, ms = 15_000) {
    await this.page.waitForFunction(
      (wanted) => wanted.some((words) => document.querySelector('.status')?.textContent?.includes(words)),
      options,
      { timeout: ms, polling: 20 },
    )
  }

  async watchStatus() {
    const seen = []
    await this.page.exposeFunction('sawStatus', (words) => seen.push(words))
    await this.page.evaluate(() => {
      const report = () => window.sawStatus(document.querySelector('.status')?.textContent ?? '')
      new MutationObserver(report).observe(document.querySelector('.bar'), { subtree: true, childList: true, characterData: true })
    })
    return { words: () => seen }
  }

  async openStatus() {
    await this.status().click()
    await this.page.locator('.popover').waitFor()
  }

  async retryNow() {
    await this.openStatus()
    const button = this.page.locator('.popover').getByRole('button', { name: this.words.retry })
    // It may have come back by itself meanwhile.
    await button.click({ timeout: 1_000 }).catch(() => {})
    await this.page.keyboard.press('Escape')
  }

  async peopleHere() {
    return this.page.locator('.people li').count()
  }

  async watchers(title) {
    return this.card(title).locator('.card-viewers .avatar').count()
  }

  async ghosts(column) {
    return this.column(column).locator('.ghost').count()
  }

  async writeDescription(text) {
    const editor = this.drawer().locator('.prose')
    await editor.click()
    await this.page.keyboard.press('Control+End')
    await this.page.keyboard.insertText(text)
  }

  async description() {
    return this.drawer().locator('.prose').innerText()
  }

  async carets() {
    return this.drawer().locator('.caret').count()
  }

  // Measures.

  /** What can be touched and is smaller than `least` px in either direction. */
  async smallTargets(least) {
    return this.page.evaluate((size) => {
      const found = []
      for (const element of document.querySelectorAll('button, a[href], input')) {
        const { width, height } = element.getBoundingClientRect()
        if (width > 1 && height > 1 && (width < size || height < size)) {
          found.push(`${element.getAttribute('aria-label') ?? element.textContent} ${Math.round(width)}x${Math.round(height)}`)
        }
      }
      return found
    }, least)
  }

  async scrollColumn(name) {
    return this.column(name).locator('.column-list').evaluate(async (list) => {
      const frames = []
      let last = performance.now()
      for (let frame = 0; frame < 120; frame += 1) {
        list.scrollTop += 160
        await new Promise(requestAnimationFrame)
        const now = performance.now()
        frames.push(now - last)
        last = now
      }
      list.scrollTop = 0
      await new Promise(requestAnimationFrame)
      frames.sort((a, b) => a - b)
      return { p50: frames[60], p95: frames[114] }
    })
  }
}
