// What can be done on the open board and with its cards.

import { openDialog } from '../app/dialogs.ts'
import { boardPath } from '../app/routes.ts'
import { archiveCards, copyCards, deleteCards } from '../board/actions.ts'
import type { BoardModel } from '../board/board-context.tsx'
import { cardNumber } from '../board/CardFacts.tsx'
import { startCard } from '../board/keys.ts'
import type { FieldName } from '../fields/request.ts'
import { t } from '../i18n/index.ts'
import { currentMe } from '../presence/me.ts'
import { exportBoard, setArchived } from '../transfer/board-actions.ts'
import type { Action, Context } from './actions.ts'

const CTRL = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl'

const FIELD_ACTIONS: readonly (readonly [FieldName, string])[] = [
  ['assignees', 'A'],
  ['labels', 'L'],
  ['points', 'P'],
  ['due', 'D'],
  ['priority', ''],
  ['type', ''],
  ['sprint', ''],
  ['start', ''],
]

export function boardActions(context: Context): Action[] {
  const { board, boardId } = context
  if (!board || boardId === null) return []
  const { name, isArchived } = board.store.snapshot()
  const link = { id: boardId, name }
  const always: Action[] = [
    { id: 'export csv', words: t('transfer.exportCsv'), also: 'export csv', run: () => void exportBoard(link, 'csv') },
    {
      id: 'export json',
      words: t('transfer.exportJson'),
      also: 'export json',
      run: () => void exportBoard(link, 'json'),
    },
  ]
  if (!context.canEdit) return always
  return [
    ...cardActions(context, board),
    {
      id: 'new card',
      words: t('card.new'),
      hint: 'C',
      also: 'create add 만들기 추가',
      isFirst: true,
      run: () => {
        context.go(boardPath(boardId))
        // The board may have to be drawn first.
        requestAnimationFrame(() => startCard(board, null))
      },
    },
    ...always,
    {
      id: 'import into',
      words: t('transfer.importInto'),
      also: 'import jira csv',
      run: () => openDialog({ kind: 'import', board: link }),
    },
    {
      id: 'rename board',
      words: t('palette.renameBoard'),
      also: 'rename',
      run: () => openDialog({ kind: 'rename-board', board: link }),
    },
    {
      id: 'archive board',
      words: t(isArchived ? 'transfer.restore' : 'transfer.archive'),
      also: 'archive',
      run: () => void setArchived(link, !isArchived),
    },
  ]
}

/** For the chosen cards, the open one or the one with the focus. */
function cardActions({ cards }: Context, board: BoardModel): Action[] {
  const [only] = cards
  const first = only === undefined ? null : board.store.card(only)
  if (!first || only === undefined) return []
  const detail =
    cards.length > 1
      ? t('board.count', { count: cards.length })
      : (cardNumber(first, board.store.snapshot()) ?? first.title)
  const me = currentMe()
  const isMine = cards.every((id) => board.store.card(id)?.assignees.includes(me.id))
  const act = (id: string, words: string, run: () => void, more: Partial<Action> = {}): Action => ({
    id,
    words,
    detail,
    isFirst: true,
    run,
    ...more,
  })
  return [
    act(
      'assign me',
      t(isMine ? 'palette.unassignMe' : 'palette.assignMe'),
      () => {
        board.edits.addMember(me.id, me.name)
        board.edits.assign(cards, me.id, !isMine)
      },
      { also: 'assign me 담당 나' },
    ),
    act('move', t('card.move'), () => board.moveMenu.set(only), { hint: 'M', also: 'move status 상태 칼럼' }),
    ...FIELD_ACTIONS.map(([field, hint]) =>
      act(
        `field ${field}`,
        t(`palette.field.${field}`),
        // The palette gives the focus back first.
        () => requestAnimationFrame(() => board.fieldMenu.set({ field, ids: cards, anchor: null })),
        { isFirst: hint !== '', also: field, ...(hint ? { hint } : {}) },
      ),
    ),
    act('copy card', t('palette.copyCard'), () => copyCards(board, cards), {
      isFirst: false,
      hint: `${CTRL} D`,
      also: 'copy duplicate 복사',
    }),
    act('archive', t('palette.archive'), () => archiveCards(board, cards), { hint: '⇧ A', also: 'archive 보관' }),
    act('delete', t('card.delete'), () => deleteCards(board, cards), {
      isFirst: false,
      hint: 'Del',
      also: 'delete remove',
    }),
  ]
}
