// English: the home page.

import type { home as ko } from '../ko/home.ts'
import type { SameKeys } from '../words.ts'

export const home: SameKeys<typeof ko> = {}
