// English: sprints, the backlog and their history.

import type { sprint as ko } from '../ko/sprint.ts'
import type { SameKeys } from '../words.ts'

export const sprint: SameKeys<typeof ko> = {}
