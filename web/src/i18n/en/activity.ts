// English: what happened to a card.

import { bold } from '../bold.ts'
import type { activity as ko } from '../ko/activity.ts'
import type { SameKeys } from '../words.ts'

const lower = (field: string): string => field.toLowerCase()
const items = (count: number): string => `${count} checklist items`

export const activity: SameKeys<typeof ko> = {
  'activity.title': 'Comments and activity',
  'activity.folded': ({ count }) => `${count} folded`,
  'activity.fold': 'Fold activity',
  'activity.offline': 'Offline: the activity cannot be fetched.',
  'activity.failed': 'The activity could not be fetched.',
  'activity.more': 'Earlier activity',
  'activity.server': 'CalIT',
  'activity.justNow': 'just now',
  'activity.yesterday': ({ time }) => `Yesterday ${time}`,
  'activity.by': ({ name, what }) => `${name} ${what}`,

  'did.created': 'created the card',
  'did.moved': ({ from, to }) => `moved it from ${bold(from)} to ${bold(to)}`,
  'did.renamed': ({ to }) => `renamed it to ${bold(to)}`,
  'did.described': 'edited the description',
  'did.set': ({ field, to }) => `set the ${lower(field)} to ${bold(to)}`,
  'did.changed': ({ field, from, to }) => `changed the ${lower(field)} from ${bold(from)} to ${bold(to)}`,
  'did.cleared': ({ field, from }) => `cleared the ${lower(field)} ${bold(from)}`,
  'did.archived': 'archived the card',
  'did.unarchived': 'took the card out of the archive',
  'did.deleted': 'deleted the card',
  'did.restored': 'restored the card',
  'did.planned': ({ to }) => `planned it into ${bold(to)}`,
  'did.unplanned': ({ from }) => `took it out of ${bold(from)}, to the backlog`,
  'did.took': 'took the card',
  'did.assigned': ({ names }) => `assigned ${bold(names)}`,
  'did.unassigned': ({ names }) => `took off ${bold(names)}`,
  'did.left': 'gave the card up',
  'did.labelled': ({ names }) => `added the label ${bold(names)}`,
  'did.unlabelled': ({ names }) => `took off the label ${bold(names)}`,
  'did.itemAdded': ({ text }) => `added ${bold(text)} to the checklist`,
  'did.itemsAdded': ({ count }) => `added ${items(count)}`,
  'did.itemChecked': ({ text }) => `ticked off ${bold(text)}`,
  'did.itemsChecked': ({ count }) => `ticked off ${items(count)}`,
  'did.itemUnchecked': ({ text }) => `reopened ${bold(text)}`,
  'did.itemsUnchecked': ({ count }) => `reopened ${items(count)}`,
  'did.itemRemoved': ({ text }) => `took ${bold(text)} off the checklist`,
  'did.itemsRemoved': ({ count }) => `took off ${items(count)}`,
  'did.linked.blocks': ({ to }) => `linked it as blocking ${bold(to)}`,
  'did.linked.relates': ({ to }) => `linked it to ${bold(to)}`,
  'did.linked.duplicates': ({ to }) => `linked it as a duplicate of ${bold(to)}`,
  'did.unlinked': ({ to }) => `unlinked ${bold(to)}`,

  'lost.value': ({ name, field, to, whose, from }) =>
    `${name}’s ${lower(field)} ${bold(to)} overwrote ${whose} ${bold(from)}`,
  'lost.mine': 'my',
  'lost.whose': ({ name }) => `${name}’s`,
  'lost.restore': ({ value }) => `Restore ${value}`,
  'lost.restored': ({ field, value }) => `${field} restored to ${value}`,
  'lost.wip': ({ whose, to }) => `${bold(to)} is full, so ${whose} move was taken back`,
  'lost.closed': ({ whose, to }) => `${bold(to)} is over, so ${whose} plan was changed`,
}
