// English: what parts say that are loaded later.

import type { LaterWords } from '../words.ts'
import { activity } from './activity.ts'
import { archive } from './archive.ts'
import { drawer } from './drawer.ts'
import { fields } from './fields.ts'
import { home } from './home.ts'
import { list } from './list.ts'
import { palette } from './palette.ts'
import { sprint } from './sprint.ts'
import { transfer } from './transfer.ts'
import { unsaved } from './unsaved.ts'

export const words: LaterWords = {
  ...activity,
  ...archive,
  ...drawer,
  ...fields,
  ...sprint,
  ...list,
  ...home,
  ...palette,
  ...transfer,
  ...unsaved,
}
