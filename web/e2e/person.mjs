// Somebody at a screen: what they can do and see on the page, by the names that a screen reader would say.
// The only file of the tests that knows the app's markup.

const WORDS = {
  'ko-KR': { menu: '메뉴', move: '이동…', remove: '삭제', undo: '실행 취소', title: '제목', description: '설명', close: '닫기' },
  'en-US': { menu: 'menu', move: 'Move…', remove: 'Delete', undo: 'Undo', title: 'Title', description: 'Description', close: 'Close' },
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
}
