// English: edits that could not be saved, to be read and taken elsewhere.

import type { unsaved as ko } from '../ko/unsaved.ts'
import type { SameKeys } from '../words.ts'
import { s } from './plural.ts'

export const unsaved: SameKeys<typeof ko> = {
  'unsaved.title': 'Edits that are not saved',
  'unsaved.viewer': ({ count }) =>
    `You may only look at this board now, so ${count} edit${s(count)} could not be saved. What you wrote stays on this device, and goes up if you may write again.`,
  'unsaved.read': 'Read the edits',
  'unsaved.lead': 'These edits are on this device only. Copy them into another card, or download them as a file.',
  'unsaved.none': 'No edit is unsaved',
  'unsaved.unreadable': ({ count }) => `The content of ${count} edit${s(count)} cannot be shown.`,
  'unsaved.copy': 'Copy all',
  'unsaved.copyOne': ({ name }) => `Copy “${name}”`,
  'unsaved.copied': 'Copied',
  'unsaved.notCopied': 'Copying failed. Select the text and copy it yourself, or download it.',
  'unsaved.download': 'Download as text',
  'unsaved.kind.columns': 'Column',
  'unsaved.kind.sprints': 'Sprint',
  'unsaved.kind.labels': 'Label',
  'unsaved.field.title': 'Title',
  'unsaved.field.name': 'Name',
  'unsaved.field.goal': 'Goal',
  'unsaved.field.end': 'End',
  'unsaved.field.capacity': 'Capacity (points)',
  'unsaved.field.color': 'Colour',
  'unsaved.field.category': 'Kind',
  'unsaved.field.wip': 'Limit',
  'unsaved.field.description': 'Description',
  'unsaved.field.checklist': 'Checklist',
  'unsaved.field.comments': 'Comments',
  'unsaved.field.links': 'Links',
  'unsaved.field.order': 'Place',
  'unsaved.archived': 'Archive',
  'unsaved.deleted': 'Deleted',
}
