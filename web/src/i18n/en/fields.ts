// English: the pickers of a card’s fields.

import type { fields as ko } from '../ko/fields.ts'
import type { SameKeys } from '../words.ts'

export const fields: SameKeys<typeof ko> = {}
