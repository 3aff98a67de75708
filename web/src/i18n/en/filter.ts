// English: filters, lanes, the archive and the trash.

import type { filter as ko } from '../ko/filter.ts'
import type { SameKeys } from '../words.ts'

export const filter: SameKeys<typeof ko> = {}
