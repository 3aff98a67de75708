// The menu of one field, for one card or many: opens at what asked for it, and gives the focus back to it.

import { Popover } from 'radix-ui'
import { useEffect, useRef } from 'react'
import { announce } from '../app/announce.tsx'
import { useBoard, useSnapshot } from '../board/board-context.tsx'
import { cardElement } from '../board/focus.ts'
import { type CardData, PRIORITIES } from '../board/read.ts'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import { sharedBy } from './across.ts'
import { DatePicker } from './DatePicker.tsx'
import { LabelPicker } from './LabelPicker.tsx'
import { PeoplePicker } from './PeoplePicker.tsx'
import { PointsPicker, PriorityPicker, SprintPicker, StatusPicker, TypePicker } from './pickers.tsx'
import type { FieldMenuRequest } from './request.ts'
import './fields.css'

export function FieldMenu() {
  const board = useBoard()
  const request = useSignal(board.fieldMenu, (current) => current)
  return request && <Menu key={`${request.field} ${request.ids.join(' ')}`} request={request} />
}

/** What every picker gets: the cards it is about, and how it closes. */
export interface PickerProps {
  readonly cards: readonly CardData[]
  readonly ids: readonly string[]
  readonly close: () => void
  readonly anchor: HTMLElement | null
}

function Menu({ request }: { request: FieldMenuRequest }) {
  const board = useBoard()
  const t = useT()
  useSnapshot()
  const { field, ids, anchor } = request
  const at = useAnchor(anchor)
  const cards = ids.map((id) => board.store.card(id)).filter((card) => card !== null)
  const close = (): void => board.fieldMenu.set(null)
  const isGone = cards.length === 0
  useEffect(() => {
    if (isGone) board.fieldMenu.set(null)
  }, [isGone, board])
  if (isGone) return null
  const name = t(`field.${field}`)
  const label = ids.length > 1 ? t('field.of', { field: name, count: ids.length }) : name
  return (
    <Popover.Root open onOpenChange={close}>
      <Popover.Anchor virtualRef={at} />
      <Popover.Portal>
        <Popover.Content
          className="menu field-menu"
          aria-label={label}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onInteractOutside={(event) => {
            // The anchor's own click closes it; closing here too would make that click open it again.
            if (anchor && event.target instanceof Node && anchor.contains(event.target)) event.preventDefault()
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            // Whoever opened another menu, or clicked elsewhere, has the focus already.
            if (document.activeElement !== document.body) return
            const back = anchor?.isConnected ? anchor : cardElement(ids[0] ?? '')
            back?.focus()
          }}
        >
          <span className="sheet-grip" aria-hidden="true" />
          <p className="field-menu-name" aria-hidden="true">
            {label}
          </p>
          <FieldPicker field={field} cards={cards} ids={ids} close={close} anchor={anchor} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

/** Where the menu opens. What it hangs on may be drawn anew elsewhere: then the menu stays where it was. */
function useAnchor(anchor: HTMLElement | null) {
  const last = useRef(new DOMRect(innerWidth / 2 - 130, innerHeight / 4, 0, 0))
  return useRef({
    getBoundingClientRect: (): DOMRect => {
      if (anchor?.isConnected) last.current = anchor.getBoundingClientRect()
      return last.current
    },
  })
}

function FieldPicker({ field, ...props }: PickerProps & { field: FieldMenuRequest['field'] }) {
  switch (field) {
    case 'status':
      return <StatusPicker {...props} />
    case 'assignees':
      return <PeoplePicker {...props} />
    case 'labels':
      return <LabelPicker {...props} />
    case 'points':
      return <PointsPicker {...props} />
    case 'priority':
      return <PriorityPicker {...props} values={PRIORITIES} />
    case 'type':
      return <TypePicker {...props} />
    case 'sprint':
      return <SprintPicker {...props} />
    case 'start':
    case 'due':
      return <DateField {...props} field={field} />
    default:
      return field satisfies never
  }
}

function DateField({ field, cards, ids, close }: PickerProps & { field: 'start' | 'due' }) {
  const board = useBoard()
  const t = useT()
  const name = t(`field.${field}`)
  return (
    <DatePicker
      label={name}
      value={sharedBy(cards, (card) => card[field])}
      onChange={(value) => {
        board.edits.setField(ids, field, value)
        announce(value === null ? t('field.cleared', { field: name }) : t('field.done', { field: name, value }))
      }}
      onDone={close}
    />
  )
}
