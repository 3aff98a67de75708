// English: the board, its columns and its keys.

import type { board as ko } from '../ko/board.ts'
import type { SameKeys } from '../words.ts'
import { s } from './plural.ts'

export const board: SameKeys<typeof ko> = {
  'board.loading': 'Loading the board',
  'board.columns': 'Columns',
  'board.empty': 'Press C for the first card',
  'board.noColumns': 'There is no column. Add the first one.',
  'board.count': ({ count }) => `${count} card${s(count)}`,
  'board.points': ({ points }) => `${points} pt`,
  'board.readOnly': 'You can look at this board',
  'board.shortcuts': 'Shortcuts',

  'column.add': 'Add column',
  'column.name': 'Column name',
  'column.menu': ({ name }) => `Menu of column ${name}`,
  'column.rename': 'Rename',
  'column.left': 'Move left',
  'column.right': 'Move right',
  'column.delete': 'Delete column',
  'column.deleted': ({ name }) => `Column ${name} deleted. Its cards show in a column of the same kind.`,
  'column.moved': ({ name }) => `Column ${name} moved`,

  'move.column': 'Column',
  'move.top': 'To the top',
  'move.up': 'Up',
  'move.down': 'Down',
  'move.bottom': 'To the bottom',
  'move.here': 'Here now',
}
