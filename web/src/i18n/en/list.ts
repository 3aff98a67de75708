// English: the list of cards.

import type { list as ko } from '../ko/list.ts'
import type { SameKeys } from '../words.ts'

export const list: SameKeys<typeof ko> = {
  'list.label': 'List of cards',
  'list.number': 'Number',
  'list.title': 'Title',
  'list.type': 'Type',
  'list.status': 'Status',
  'list.assignees': 'Assignees',
  'list.labels': 'Labels',
  'list.points': 'Points',
  'list.priority': 'Priority',
  'list.sprint': 'Sprint',
  'list.due': 'Due',
  'list.created': 'Created',
  'list.chosen': 'Selected',
  'list.type.task': 'Task',
  'list.type.story': 'Story',
  'list.type.bug': 'Bug',
  'list.type.issue': 'Issue',
  'list.type.question': 'Question',
  'list.sort': 'Sort',
  'list.sortHint': 'Press to sort, with Shift to add a key',
  'list.boardOrder': 'Order of the board',
  'list.up': 'ascending',
  'list.down': 'descending',
  'list.sortedBy': ({ by }) => `Sorted by ${by}`,
  'list.unsorted': 'In the order of the board',
  'list.empty': 'No card matches this filter',
}
