// The places that one can go to, and what concerns the app as a whole.

import { openDialog } from '../app/dialogs.ts'
import { boardPath, VIEWS } from '../app/routes.ts'
import { nextTheme } from '../app/theme.ts'
import { favourites, inOrder, workspace } from '../app/workspace.ts'
import { currentLanguage, t } from '../i18n/index.ts'
import { chooseLanguage } from '../i18n/words.ts'
import type { Action, Context } from './actions.ts'

/** Where one can go. */
export function placesOf({ board, boardId, go }: Context): Action[] {
  const place = (id: string, words: string, path: string, more: Partial<Action> = {}): Action => ({
    id,
    words,
    path,
    run: () => go(path),
    ...more,
  })
  const home = place('home', t('app.home'), '/', { hint: 'G H', isFirst: true })
  const views = boardId
    ? VIEWS.map((view) =>
        place(`view ${view}`, t(`app.view.${view}`), boardPath(boardId, { view }), {
          hint: VIEW_KEYS[view],
          isFirst: true,
        }),
      )
    : []
  const sprints = boardId ? (board?.store.snapshot().sprints ?? []) : []
  const records = sprints.map(({ id, name, state }) =>
    place(
      `sprint ${id}`,
      name,
      boardPath(boardId ?? '', state === 'closed' ? { view: 'sprints', sprint: id } : { view: 'backlog' }),
      { detail: t(`palette.sprint.${state}`) },
    ),
  )
  const state = workspace.get()
  const boards = state.kind === 'ready' ? inOrder(state.boards, favourites.get()) : []
  const others = boards
    .filter(({ id }) => id !== boardId)
    .map(({ id, name, isArchived }) =>
      place(`board ${id}`, name, boardPath(id), {
        detail: t(isArchived ? 'app.archivedBoards' : 'palette.board'),
        isFirst: !isArchived,
      }),
    )
  return [...views, home, ...others, ...records]
}

const VIEW_KEYS = { board: 'G B', list: 'G L', backlog: 'G P', sprints: 'G S' } as const

/** What can be done whatever lies open. */
export function appActions(): Action[] {
  const other = currentLanguage() === 'ko' ? 'en' : 'ko'
  return [
    {
      id: 'new-board',
      words: t('transfer.newBoard'),
      also: 'board template 템플릿',
      isFirst: true,
      run: () => openDialog({ kind: 'new-board' }),
    },
    {
      id: 'import',
      words: t('transfer.orImport'),
      also: 'import jira csv trello 가져오기',
      run: () => openDialog({ kind: 'import', board: null }),
    },
    { id: 'theme', words: t('palette.theme'), also: 'theme dark light 테마 어둡게 밝게', run: nextTheme },
    {
      id: 'language',
      words: t('palette.language'),
      also: 'language english korean 언어 한국어',
      run: () => void chooseLanguage(other),
    },
    {
      id: 'shortcuts',
      words: t('board.shortcuts'),
      hint: '?',
      also: 'keys keyboard',
      isFirst: true,
      run: () => openDialog({ kind: 'shortcuts' }),
    },
  ]
}
