// English: the list.

import type { list as ko } from '../ko/list.ts'
import type { SameKeys } from '../words.ts'

export const list: SameKeys<typeof ko> = {}
