// Who does it: those whom the board knows, those who are here now, and anybody whose name one types.

import { announce } from '../app/announce.tsx'
import { useBoard, usePeople, useSnapshot } from '../board/board-context.tsx'
import { newPartId } from '../board/ids.ts'
import { useT } from '../i18n/index.ts'
import { Avatar } from '../presence/Avatar.tsx'
import { useMe } from '../presence/me.ts'
import { stateAcross } from './across.ts'
import type { PickerProps } from './FieldMenu.tsx'
import { type Option, Picker } from './Picker.tsx'

interface Somebody {
  readonly id: string
  readonly name: string
  readonly color: number
}

/** Everybody who can be named on this board: me first, then by name. */
export function useEverybody(): readonly Somebody[] {
  const { members } = useSnapshot()
  const me = useMe()
  const here = usePeople((people) => people.map(({ id, name, color }) => ({ id, name, color })))
  const all = new Map<string, Somebody>()
  for (const person of here) all.set(person.id, person)
  for (const [id, { name, color }] of members) all.set(id, { id, name, color: all.get(id)?.color ?? color })
  all.set(me.id, { id: me.id, name: me.name, color: me.color })
  const rest = [...all.values()].filter(({ id }) => id !== me.id).sort((a, b) => a.name.localeCompare(b.name))
  return [{ id: me.id, name: me.name, color: me.color }, ...rest]
}

export function PeoplePicker({ cards, ids }: PickerProps) {
  const board = useBoard()
  const t = useT()
  const me = useMe()
  const everybody = useEverybody()
  const unknown = new Set(cards.flatMap((card) => card.assignees))
  for (const { id } of everybody) unknown.delete(id)
  const people = [...everybody, ...[...unknown].map((id) => ({ id, name: id, color: 1 }))]
  const put = (id: string, name: string, isOn: boolean): void => {
    if (isOn && !unknown.has(id)) board.edits.addMember(id, name)
    board.edits.assign(ids, id, isOn)
    announce(t(isOn ? 'people.assigned' : 'people.unassigned', { name }))
  }
  const options: Option[] = people.map(({ id, name, color }) => ({
    id,
    words: name,
    ...(id === me.id ? { hint: t('people.assignMe') } : {}),
    icon: <Avatar name={name} color={color} size={20} />,
    state: stateAcross(cards, (card) => card.assignees.includes(id)),
  }))
  return (
    <Picker
      label={t('field.assignees')}
      hint={t('people.searchHint')}
      isMulti
      options={options}
      onPick={(id) => {
        const option = options.find((known) => known.id === id)
        if (option) put(id, option.words, option.state !== true)
      }}
      create={{
        words: (query) => (people.some(({ name }) => name === query) ? null : t('people.addNamed', { name: query })),
        run: (query) => put(`usr_${newPartId()}`, query, true),
      }}
    />
  )
}
