// English, area by area.

import type { Catalogue } from '../words.ts'
import { app } from './app.ts'
import { board } from './board.ts'
import { card } from './card.ts'
import { fields } from './fields.ts'
import { filter } from './filter.ts'
import { home } from './home.ts'
import { list } from './list.ts'
import { palette } from './palette.ts'
import { sprint } from './sprint.ts'
import { transfer } from './transfer.ts'

export const words: Catalogue = {
  ...app,
  ...board,
  ...card,
  ...fields,
  ...filter,
  ...sprint,
  ...list,
  ...home,
  ...palette,
  ...transfer,
}
