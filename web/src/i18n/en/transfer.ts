// English: boards made, renamed, brought in and taken out.

import type { transfer as ko } from '../ko/transfer.ts'
import type { SameKeys } from '../words.ts'

export const transfer: SameKeys<typeof ko> = {}
