// The app: which board is open, and the frame around it.

import { Component, type ReactNode } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { useT } from '../i18n/index.ts'
import { Announcer } from './announce.tsx'
import { BoardScreen } from './BoardScreen.tsx'
import { Rail } from './Rail.tsx'
import { Trouble } from './Trouble.tsx'
import { useWorkspace } from './workspace.ts'
import './app.css'

export function App() {
  return (
    <ErrorBoundary>
      <Frame />
      <Announcer />
    </ErrorBoundary>
  )
}

function Frame() {
  const t = useT()
  const { workspace, retry } = useWorkspace()
  const boards = workspace.kind === 'ready' ? workspace.boards : []
  const first = boards[0]
  return (
    <div className="app">
      <a className="skip" href="#board">
        {t('app.skip')}
      </a>
      <Rail boards={boards} />
      <Switch>
        <Route path="/b/:board/c/:card">{({ board, card }) => <BoardScreen key={board} id={board} card={card} />}</Route>
        <Route path="/b/:board">{({ board }) => <BoardScreen key={board} id={board} card={null} />}</Route>
        <Route>
          {first && <Redirect to={`/b/${first.id}`} replace />}
          {workspace.kind === 'ready' && !first && <Trouble title={t('trouble.empty')} detail={t('trouble.emptyDetail')} />}
          {workspace.kind === 'failed' && (
            <Trouble title={t('trouble.workspace')} detail={t('trouble.offlineDetail')} action={t('app.retry')} onAction={retry} />
          )}
        </Route>
      </Switch>
    </div>
  )
}

class ErrorBoundary extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false }

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true }
  }

  override render(): ReactNode {
    return this.state.isBroken ? <Crash /> : this.props.children
  }
}

function Crash() {
  const t = useT()
  return (
    <Trouble
      title={t('trouble.crash')}
      detail={t('trouble.crashDetail')}
      action={t('trouble.reload')}
      onAction={() => location.reload()}
    />
  )
}
