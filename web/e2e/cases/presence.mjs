// People see each other.

import { expect, until } from '../runner.mjs'
import { unique } from './editing.mjs'

export const presence = [
  [
    'a drag shows on the other screen while it lasts',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      const title = unique('함께 보는 이동')
      await ann.addCard('할 일', title)
      await until(() => ben.hasCard('할 일', title), 'the card')

      await ann.drag(title, '진행 중')
      await ben.page.getByText('옮기는 중').first().waitFor()
      await until(async () => (await ben.ghosts('진행 중')) === 1, 'the ghost at the target')
      await ann.drop()

      await until(() => ben.hasCard('진행 중', title), 'the card in its new column')
      await until(async () => (await ben.ghosts('진행 중')) === 0, 'the ghost gone')
    },
  ],

  [
    'an open card shows who has it open',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      const title = unique('열어 본 카드')
      await ann.addCard('할 일', title)
      await until(() => ben.hasCard('할 일', title), 'the card')

      await ann.open(title)
      await until(async () => (await ben.watchers(title)) === 1, 'the avatar on the card')
      await ann.closeDrawer()

      await until(async () => (await ben.watchers(title)) === 0, 'the avatar gone')
    },
  ],

  [
    'somebody who leaves is no longer shown',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      await until(async () => (await ann.peopleHere()) >= 1, 'the other person')
      const before = await ann.peopleHere()

      await ben.page.close()

      await until(async () => (await ann.peopleHere()) < before, 'the other person gone')
    },
  ],

  [
    'two carets stand in one description',
    async (stage) => {
      const [ann, ben] = [await stage.person(), await stage.person()]
      const title = unique('같이 쓰는 설명')
      await ann.addCard('할 일', title)
      await until(() => ben.hasCard('할 일', title), 'the card')

      await ann.open(title)
      await ben.open(title)
      await ann.writeDescription('첫 문장.')
      await until(async () => (await ben.description()).includes('첫 문장.'), 'the text of the other')
      await ben.writeDescription(' 둘째 문장.')

      await until(async () => (await ann.description()).includes('둘째 문장.'), 'the answer')
      await until(async () => (await ann.carets()) === 1, 'the caret of the other')
      expect((await ben.description()).includes('첫 문장.'), 'the first sentence was lost')
    },
  ],
]
