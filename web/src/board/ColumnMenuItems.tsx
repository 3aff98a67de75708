// What the menu of a column offers.

import { ArrowLeft, ArrowRight, Pencil, Trash2 } from 'lucide-react'
import { Item, Menu, MenuLine } from '../app/Menu.tsx'
import type { Place } from '../app/PopupButton.tsx'
import { useT } from '../i18n/index.ts'
import { deleteColumn, stepColumn } from './actions.ts'
import { useBoard } from './board-context.tsx'
import type { ColumnView } from './board-store.ts'

interface Props {
  readonly view: ColumnView
  readonly index: number
  readonly count: number
  readonly place: Place
  readonly onRename: () => void
}

export function ColumnMenuItems({ view: { column, cards }, index, count, place, onRename }: Props) {
  const board = useBoard()
  const t = useT()
  return (
    <Menu place={place}>
      <Item icon={<Pencil />} words={t('column.rename')} onSelect={() => requestAnimationFrame(onRename)} />
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
      {(count > 1 || cards.length === 0) && (
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
