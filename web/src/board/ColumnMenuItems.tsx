// What the menu of a column offers.

import { ArrowLeft, ArrowRight, ChevronsRightLeft, Gauge, ListChecks, Pencil, Trash2 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { Item, Menu, MenuLine } from '../app/Menu.tsx'
import type { Place } from '../app/PopupButton.tsx'
import { useT } from '../i18n/index.ts'
import { deleteColumn, stepColumn } from './actions.ts'
import { useBoard } from './board-context.tsx'
import type { ShownColumn } from './lens.ts'

const CATEGORIES = ['backlog', 'todo', 'doing', 'done'] as const

interface Props {
  readonly view: ShownColumn
  readonly index: number
  readonly count: number
  readonly place: Place
  readonly onRename: () => void
}

export function ColumnMenuItems({ view: { column, cards, full }, index, count, place, onRename }: Props) {
  const board = useBoard()
  const t = useT()
  return (
    <Menu place={place}>
      <Item icon={<Pencil />} words={t('column.rename')} hint="F2" onSelect={() => requestAnimationFrame(onRename)} />
      <Item
        icon={<Gauge />}
        words={t('column.wip')}
        onSelect={() => requestAnimationFrame(() => board.panel.set({ kind: 'wip', column: column.id }))}
      />
      <MenuLine />
      <DropdownMenu.Label className="menu-label">{t('column.category')}</DropdownMenu.Label>
      <DropdownMenu.RadioGroup
        value={column.category}
        onValueChange={(value) => {
          const category = CATEGORIES.find((known) => known === value)
          if (category) board.edits.setColumn(column.id, { category })
        }}
      >
        {CATEGORIES.map((category) => (
          <DropdownMenu.RadioItem key={category} value={category} className="menu-item menu-choice">
            <i className={`state state-${category}`} />
            {t(`column.category.${category}`)}
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
      <MenuLine />
      <Item
        icon={<ListChecks />}
        words={t('column.selectAll')}
        isDisabled={cards.length === 0}
        onSelect={() => board.selected.set(new Set([...board.selected.get(), ...cards]))}
      />
      <Item icon={<ChevronsRightLeft />} words={t('column.fold')} onSelect={() => board.lens.fold(column.id, true)} />
      <Item
        icon={<ArrowLeft />}
        words={t('column.left')}
        isDisabled={index === 0}
        onSelect={() => stepColumn(board, column.id, 'left')}
      />
      <Item
        icon={<ArrowRight />}
        words={t('column.right')}
        isDisabled={index === count - 1}
        onSelect={() => stepColumn(board, column.id, 'right')}
      />
      {(count > 1 || full.cards.length === 0) && (
        <>
          <MenuLine />
          <Item
            icon={<Trash2 />}
            words={t('column.delete')}
            onSelect={() => deleteColumn(board, column.id, column.name)}
          />
        </>
      )}
    </Menu>
  )
}
