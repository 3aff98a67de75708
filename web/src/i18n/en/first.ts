// English: what a first visit says.

import type { FirstWords } from '../words.ts'
import { app } from './app.ts'
import { board } from './board.ts'
import { card } from './card.ts'
import { filter } from './filter.ts'

export const words: FirstWords = {
  ...app,
  ...board,
  ...card,
  ...filter,
}
