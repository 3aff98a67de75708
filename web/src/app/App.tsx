// The frame of the app: the rail, and the view that the address names.

import { Component, type ReactNode, useEffect } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { BoardPage } from '../board/BoardPage.tsx'
import { useSignal } from '../board/signal.ts'
import { t, useT } from '../i18n/index.ts'
import { Announcer } from './announce.tsx'
import { Rail } from './Rail.tsx'
import { Trouble } from './Trouble.tsx'
import { loadWorkspace, workspace } from './workspace.ts'
import './shell.css'

export function App() {
  const t = useT()
  useEffect(() => void loadWorkspace(), [])
  return (
    <Crash>
      <a className="skip" href="#board">
        {t('app.skip')}
      </a>
      <div className="shell">
        <Rail />
        <Switch>
          <Route path="/">
            <Home />
          </Route>
          <Route path="/b/:board/c/:card">{({ board, card }) => <Board id={board} card={card} />}</Route>
          <Route path="/b/:board">{({ board }) => <Board id={board} card={null} />}</Route>
          <Route>
            <Trouble title={t('trouble.notFound')} detail={t('trouble.notFoundDetail')} />
          </Route>
        </Switch>
      </div>
      <Announcer />
    </Crash>
  )
}

function Board({ id, card }: { id: string; card: string | null }) {
  const name = useSignal(workspace, (state) =>
    state.kind === 'ready' ? (state.boards.find((board) => board.id === id)?.name ?? null) : null,
  )
  return <BoardPage key={id} id={id} card={card} name={name} />
}

/** The first board, or why there is none. */
function Home() {
  const t = useT()
  const state = useSignal(workspace, (current) => current)
  if (state.kind === 'loading') return null
  const retry = { words: t('app.retry'), onClick: () => void loadWorkspace() }
  if (state.kind === 'failed') {
    return (
      <Trouble
        title={t('trouble.workspace')}
        detail={t('trouble.workspaceDetail')}
        reason={state.reason}
        action={retry}
      />
    )
  }
  const first = state.boards[0]
  if (!first) return <Trouble title={t('trouble.empty')} detail={t('trouble.emptyDetail')} action={retry} />
  return <Redirect to={`/b/${first.id}`} replace />
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
