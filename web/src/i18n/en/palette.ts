// English: the command palette and the shortcuts.

import type { palette as ko } from '../ko/palette.ts'
import type { SameKeys } from '../words.ts'

export const palette: SameKeys<typeof ko> = {}
