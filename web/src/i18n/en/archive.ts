// English: the archive and the trash.

import type { archive as ko } from '../ko/archive.ts'
import type { SameKeys } from '../words.ts'
import { s } from './plural.ts'

export const archive: SameKeys<typeof ko> = {
  'archive.title': 'Archive and trash',
  'archive.archived': 'Archive',
  'archive.trash': 'Trash',
  'archive.none': 'No archived cards',
  'archive.noneTrash': 'The trash is empty',
  'archive.keeps': 'What was deleted can be restored for 30 days.',
  'archive.restore': 'Restore',
  'archive.restoreNamed': ({ name }) => `Restore “${name}”`,
  'archive.restored': ({ name }) => `“${name}” restored`,
  'archive.daysLeft': ({ days }) => (days > 0 ? `${days} day${s(days)} left` : 'last day'),
  'archive.deletedBy': ({ name }) => `deleted by ${name}`,
  'archive.column': 'Column',
  'archive.label': 'Label',
  'archive.sprint': 'Sprint',
  'archive.item': ({ title }) => `To-do on “${title}”`,
  'archive.comment': ({ title }) => `Comment on “${title}”`,
}
