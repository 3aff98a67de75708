// One board, from its address to its columns: opens the document, and shows what stands in the way if it does not open.

import { Suspense, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { useLocation } from 'wouter'
import { ArchivedNotice } from '../app/ArchivedNotice.tsx'
import { openDialog } from '../app/dialogs.ts'
import { lazyPart } from '../app/lazy-part.ts'
import { openBoard } from '../app/open-board.ts'
import { type BoardRoute, boardPath } from '../app/routes.ts'
import { TopBar } from '../app/TopBar.tsx'
import { Trouble } from '../app/Trouble.tsx'
import { useFilterInAddress } from '../filter/address.ts'
import { useT } from '../i18n/index.ts'
import { currentMe, guestSecret, onMe, useMe } from '../presence/me.ts'
import { PeopleStore } from '../presence/people.ts'
import { type DocumentSession, openDocument, type SaveStatus } from '../sync/index.ts'
import { BoardContent, prefetchViews } from './BoardContent.tsx'
import { BoardModel, BoardProvider, useLate } from './board-context.tsx'
import { useBoardKeys } from './keys.ts'
import { Skeleton } from './Skeleton.tsx'
import { useSignal } from './signal.ts'

const Drawer = lazyPart(async () => (await import('../card/Drawer.tsx')).Drawer)
const MoveMenu = lazyPart(async () => (await import('./MoveMenu.tsx')).MoveMenu)
const FieldMenu = lazyPart(async () => (await import('../fields/FieldMenu.tsx')).FieldMenu)

/** What is needed sooner or later, fetched once the board stands: it must open at once, and without a network. */
function prefetch(): void {
  const parts = [
    import('../card/Drawer.tsx'),
    import('./MoveMenu.tsx'),
    import('../card/description/Editor.tsx'),
    import('../fields/FieldMenu.tsx'),
    import('./CardMenuItems.tsx'),
    import('./ColumnMenuItems.tsx'),
    import('./BulkBar.tsx'),
    import('./Peek.tsx'),
    import('./Lanes.tsx'),
    import('./WipDialog.tsx'),
    import('./ArchivePanel.tsx'),
    import('../filter/FilterMenu.tsx'),
    import('../filter/ViewMenu.tsx'),
    import('../filter/SavedFilters.tsx'),
    import('../status/StatusDetail.tsx'),
    import('../app/ProfileDetail.tsx'),
    import('../app/BoardMenu.tsx'),
    import('../app/Switcher.tsx'),
    ...prefetchViews(),
  ]
  // Offline they are fetched when they are asked for.
  void Promise.allSettled(parts)
}

/** Nothing is shown for this long, so that a board that opens at once does not flash. */
const SKELETON_AFTER_MS = 400

/** The first paint and the first sync come before it. */
const PREFETCH_AFTER_MS = 500

interface Props {
  readonly id: string
  readonly route: BoardRoute
  readonly name: string | null
}

export function BoardPage({ id, route, name }: Props) {
  const model = useModel(id)
  const isLoaded = useLoaded(model)
  if (!model) return null
  return isLoaded ? (
    <OpenBoard model={model} id={id} route={route} />
  ) : (
    <Opening model={model} id={id} route={route} name={name} />
  )
}

function useModel(id: string): BoardModel | null {
  const [model, setModel] = useState<BoardModel | null>(null)
  useEffect(() => {
    const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/sync`
    const session = openDocument({ url, id, params: () => ({ guest: guestSecret() }) })
    const me = currentMe()
    const opened = new BoardModel(session, new PeopleStore(session.awareness, me), me.id, id)
    const stopMe = onMe(() => opened.people.setMe(currentMe()))
    const sayRole = (): void => opened.canEdit.set(session.role !== 'viewer')
    const stopRole = session.onRole(sayRole)
    sayRole()
    setModel(opened)
    return () => {
      stopMe()
      stopRole()
      opened.destroy()
      setModel(null)
      void session.destroy()
    }
  }, [id])
  return model
}

function useLoaded(model: BoardModel | null): boolean {
  const [loaded, setLoaded] = useState<BoardModel | null>(null)
  useEffect(() => {
    let isCurrent = true
    void model?.session.whenLoaded.then(() => {
      if (isCurrent) setLoaded(model)
    })
    return () => {
      isCurrent = false
    }
  }, [model])
  return model !== null && loaded === model
}

/** The truth about saving, as a view reads it. */
export function useStatus(session: DocumentSession): SaveStatus {
  return useSyncExternalStore(
    useCallback((listener: () => void) => session.onStatus(listener), [session]),
    () => session.status(),
  )
}

function Opening({ model, id, route, name }: Props & { readonly model: BoardModel }) {
  const t = useT()
  const status = useStatus(model.session)
  const isLate = useLate(SKELETON_AFTER_MS)
  const retry = { words: t('app.retry'), onClick: () => model.session.retryNow() }
  let trouble = null
  if (status.kind === 'refused') {
    const isMissing = status.code === 4404 || status.code === 4400
    const title = isMissing
      ? t('trouble.notFound')
      : status.code === 4401
        ? t('trouble.signIn')
        : t('trouble.forbidden')
    trouble = <Trouble title={title} detail={isMissing ? t('trouble.notFoundDetail') : status.reason} />
  } else if (status.kind === 'unsaved' || (status.kind === 'offline' && status.reason)) {
    const reason = status.reason ?? ''
    trouble = <Trouble title={t('trouble.title')} detail={t('trouble.kept')} reason={reason} action={retry} />
  } else if (status.kind === 'offline') {
    trouble = <Trouble title={t('trouble.offline')} detail={t('trouble.offlineDetail')} action={retry} />
  }
  return (
    <BoardProvider value={model}>
      <div className="board-page">
        <TopBar id={id} title={name ?? ''} view={route.view} isOpen={false} />
        {trouble ?? (isLate && <Skeleton />)}
      </div>
    </BoardProvider>
  )
}

function OpenBoard({ model, id, route }: Omit<Props, 'name'> & { readonly model: BoardModel }) {
  const { view, sprint, card } = route
  const [, navigate] = useLocation()
  const me = useMe()
  const openShortcuts = useCallback(() => openDialog({ kind: 'shortcuts' }), [])
  const title = useSyncExternalStore(model.store.subscribe, () => model.store.snapshot().name)
  const isArchived = useSyncExternalStore(model.store.subscribe, () => model.store.snapshot().isArchived)
  const isMoving = useSignal(model.moveMenu, (moving) => moving !== null)
  const isFieldOpen = useSignal(model.fieldMenu, (request) => request !== null)
  model.openCard = useMemo(
    () => (next: string | null) => {
      // One entry of the history per visit to cards: Back closes, and never opens again what was closed.
      navigate(boardPath(id, { view, sprint, card: next }) + location.search, { replace: model.open.get() !== null })
    },
    [id, view, sprint, navigate, model],
  )
  useBoardKeys(model, { openShortcuts })
  useFilterInAddress(model)
  useEffect(() => {
    model.open.set(card)
    model.people.setFocus(card)
  }, [model, card])
  useEffect(() => {
    document.title = title ? `${title} – CalIT` : 'CalIT'
  }, [title])
  useLeaveWarning(model.session)
  useEffect(() => {
    openBoard.set(model)
    return () => openBoard.set(null)
  }, [model])
  useEffect(() => {
    const timer = setTimeout(prefetch, PREFETCH_AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <BoardProvider value={model}>
      <div className="board-page" data-drawer={card !== null || undefined}>
        <TopBar id={id} title={title} view={view} isOpen />
        {isArchived && <ArchivedNotice id={id} name={title} />}
        <BoardContent route={route} />
        {card !== null && (
          <Suspense fallback={null}>
            <Drawer key={card} id={card} me={me} />
          </Suspense>
        )}
        <Suspense fallback={null}>
          {isMoving && <MoveMenu />}
          {isFieldOpen && <FieldMenu />}
        </Suspense>
      </div>
    </BoardProvider>
  )
}

/** Closing the window is safe as long as this device keeps the edits; only otherwise it asks. */
function useLeaveWarning(session: DocumentSession): void {
  useEffect(() => {
    const onLeave = (event: BeforeUnloadEvent): void => {
      const status = session.status()
      const isWaiting = 'count' in status && status.count > 0
      if (isWaiting && !session.keepsLocalCopy()) event.preventDefault()
    }
    addEventListener('beforeunload', onLeave)
    return () => removeEventListener('beforeunload', onLeave)
  }, [session])
}
