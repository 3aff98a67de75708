// The frame of the app: the rail, and the view that the address names.

import { Component, type ReactNode, Suspense, useEffect } from 'react'
import { Route, Switch } from 'wouter'
import { BoardPage } from '../board/BoardPage.tsx'
import { useSignal } from '../board/signal.ts'
import { t, useT } from '../i18n/index.ts'
import { Announcer } from './announce.tsx'
import { useAppKeys } from './app-keys.ts'
import { Dialogs, prefetchDialogs } from './Dialogs.tsx'
import { lazyPart } from './lazy-part.ts'
import { UpdateNotice } from './offline/UpdateNotice.tsx'
import { startOffline } from './offline/updates.ts'
import { Rail } from './Rail.tsx'
import { parseBoardRoute } from './routes.ts'
import { Trouble } from './Trouble.tsx'
import { loadWorkspace, workspace } from './workspace.ts'
import './shell.css'

const HomePage = lazyPart(async () => (await import('../home/HomePage.tsx')).HomePage)

/** The first paint and the first sync come before it. */
const PREFETCH_AFTER_MS = 1_500

export function App() {
  const t = useT()
  useAppKeys()
  useEffect(() => {
    void loadWorkspace()
    // Boards that others made meanwhile show when the window is looked at again.
    const onLook = (): void => {
      if (document.visibilityState === 'visible') void loadWorkspace()
    }
    document.addEventListener('visibilitychange', onLook)
    const timer = setTimeout(() => {
      prefetchDialogs()
      if (import.meta.env.PROD) void startOffline()
    }, PREFETCH_AFTER_MS)
    return () => {
      document.removeEventListener('visibilitychange', onLook)
      clearTimeout(timer)
    }
  }, [])
  return (
    <Crash>
      <a className="skip" href="#board">
        {t('app.skip')}
      </a>
      <div className="shell">
        <Rail />
        <Switch>
          <Route path="/">
            <Suspense fallback={null}>
              <HomePage />
            </Suspense>
          </Route>
          <Route path="/b/:board/*?">
            {({ board, '*': rest }) => <Board id={decodeURIComponent(board)} rest={rest ?? ''} />}
          </Route>
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </div>
      <Dialogs />
      <Announcer />
      <UpdateNotice />
    </Crash>
  )
}

function Board({ id, rest }: { id: string; rest: string }) {
  const name = useSignal(workspace, (state) =>
    state.kind === 'ready' ? (state.boards.find((board) => board.id === id)?.name ?? null) : null,
  )
  const route = parseBoardRoute(rest)
  return route ? <BoardPage key={id} id={id} route={route} name={name} /> : <NotFound />
}

function NotFound() {
  const t = useT()
  return <Trouble title={t('trouble.notFound')} detail={t('trouble.notFoundDetail')} />
}

/** A fault in drawing must not leave an empty page: the edits are safe, and loading again shows them. */
class Crash extends Component<{ children: ReactNode }, { hasCrashed: boolean }> {
  override state = { hasCrashed: false }

  static getDerivedStateFromError(): { hasCrashed: boolean } {
    return { hasCrashed: true }
  }

  override render(): ReactNode {
    if (!this.state.hasCrashed) return this.props.children
    const reload = { words: t('trouble.reload'), onClick: () => location.reload() }
    return <Trouble title={t('trouble.crash')} detail={t('trouble.crashDetail')} action={reload} />
  }
}
