// What can be done with a sprint, as a menu.

import { ArrowRightLeft, ChartNoAxesColumn, CircleCheckBig, ListTodo, Pencil, Play, Trash2 } from 'lucide-react'
import { useLocation } from 'wouter'
import { Item, Menu, MenuLine } from '../../app/Menu.tsx'
import type { Place } from '../../app/PopupButton.tsx'
import { useBoard } from '../../board/board-context.tsx'
import type { SprintData } from '../../board/read.ts'
import { useT } from '../../i18n/index.ts'
import { deleteSprint } from '../actions.ts'
import { openDialog } from '../dialog/open.ts'
import { useBoardId } from '../use-board-id.ts'

interface Props {
  readonly sprint: SprintData
  readonly place: Place
  /** Also the ways to other pages. */
  readonly hasLinks?: boolean
}

export function SprintMenu({ sprint, place, hasLinks = false }: Props) {
  const board = useBoard()
  const t = useT()
  const id = useBoardId()
  const [, navigate] = useLocation()
  const open = (kind: 'start' | 'complete' | 'edit') => (): void => {
    // The menu gives the focus back first.
    requestAnimationFrame(() => openDialog({ kind, sprint: sprint.id }))
  }
  return (
    <Menu place={place} align="start">
      {sprint.state === 'planned' && <Item icon={<Play />} words={t('sprint.start')} onSelect={open('start')} />}
      {sprint.state === 'active' && (
        <Item icon={<CircleCheckBig />} words={t('sprint.complete')} onSelect={open('complete')} />
      )}
      <Item icon={<Pencil />} words={t('sprint.edit')} onSelect={open('edit')} />
      {hasLinks && (
        <>
          <MenuLine />
          <Item icon={<ListTodo />} words={t('sprint.toBacklog')} onSelect={() => navigate(`/b/${id}/backlog`)} />
          <Item
            icon={<ChartNoAxesColumn />}
            words={t('sprint.toHistory')}
            onSelect={() => navigate(`/b/${id}/sprints`)}
          />
        </>
      )}
      {sprint.state === 'planned' && (
        <>
          <MenuLine />
          <Item icon={<Trash2 />} words={t('sprint.delete')} onSelect={() => deleteSprint(board, sprint)} />
        </>
      )}
    </Menu>
  )
}

interface SwitchProps {
  readonly sprints: readonly SprintData[]
  readonly onChoose: (id: string) => void
  readonly place: Place
}

/** Several sprints under way: which one the header is about. */
export function SprintSwitch({ sprints, onChoose, place }: SwitchProps) {
  const t = useT()
  return (
    <Menu place={place} align="start">
      {sprints.map((sprint) => (
        <Item
          key={sprint.id}
          icon={<ArrowRightLeft />}
          words={sprint.name || t('sprint.unnamed')}
          onSelect={() => onChoose(sprint.id)}
        />
      ))}
    </Menu>
  )
}
