// Korean: what a first visit says. Its keys are the keys of every language.

import { app } from './app.ts'
import { board } from './board.ts'
import { card } from './card.ts'
import { filter } from './filter.ts'

export const words = {
  ...app,
  ...board,
  ...card,
  ...filter,
} as const
