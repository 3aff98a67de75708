// The columns of the list, and which field's menu changes what stands in them.

import type { FieldName } from '../fields/request.ts'
import type { ListColumn } from './sort.ts'

export const COLUMNS: readonly { readonly column: ListColumn; readonly field: FieldName | null }[] = [
  { column: 'type', field: 'type' },
  { column: 'number', field: null },
  { column: 'title', field: null },
  { column: 'status', field: 'status' },
  { column: 'assignees', field: 'assignees' },
  { column: 'labels', field: 'labels' },
  { column: 'points', field: 'points' },
  { column: 'priority', field: 'priority' },
  { column: 'sprint', field: 'sprint' },
  { column: 'due', field: 'due' },
  { column: 'created', field: null },
]
