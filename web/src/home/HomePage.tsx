// Where a day begins: my cards over all boards, what changed since I was last here, the running sprints, the boards.

import { type ReactNode, useEffect, useState } from 'react'
import { ApiError } from '../app/api.ts'
import { openDialog } from '../app/dialogs.ts'
import { Trouble } from '../app/Trouble.tsx'
import { loadWorkspace, workspace } from '../app/workspace.ts'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import { BoardTiles } from './BoardTiles.tsx'
import { Changes } from './Changes.tsx'
import { type HomeData, loadHome } from './home-data.ts'
import { newsSince } from './last-seen.ts'
import { MyCards } from './MyCards.tsx'
import { Sprints } from './Sprints.tsx'
import './home.css'

const REFRESH_MS = 60_000

type Home = { readonly data: HomeData | null; readonly isOffline: boolean }

export function HomePage() {
  const t = useT()
  const state = useSignal(workspace, (current) => current)
  const { data, isOffline } = useHome()
  useEffect(() => {
    document.title = `${t('app.home')} – CalIT`
  }, [t])
  if (state.kind === 'loading') return <main id="board" className="home" />
  if (state.kind === 'failed') {
    return (
      <Trouble
        title={t('trouble.workspace')}
        detail={t('trouble.workspaceDetail')}
        reason={state.reason}
        action={{ words: t('app.retry'), onClick: () => void loadWorkspace() }}
      />
    )
  }
  const boards = state.boards.filter(({ isArchived }) => !isArchived)
  if (boards.length === 0) return <FirstRun />
  return (
    <main id="board" className="home" tabIndex={-1}>
      <h1 className="visually-hidden">{t('app.home')}</h1>
      {isOffline && (
        <p className="home-offline" role="status">
          {t('home.offline')}
        </p>
      )}
      <BoardTiles boards={boards} />
      <div className="home-columns">
        <Section title={t('home.myCards')} count={data?.cards.length ?? null}>
          {data && <MyCards cards={data.cards} />}
        </Section>
        <div className="home-side">
          {data && data.sprints.length > 0 && (
            <Section title={t('home.sprints')} count={null}>
              <Sprints sprints={data.sprints} />
            </Section>
          )}
          <Section title={t('home.changes')} count={null}>
            {data && <Changes changes={data.changes} me={data.me} />}
          </Section>
        </div>
      </div>
    </main>
  )
}

function useHome(): Home {
  const [home, setHome] = useState<Home>({ data: null, isOffline: false })
  useEffect(() => {
    let isCurrent = true
    const refresh = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return
      try {
        const loaded = await loadHome(newsSince(Date.now()))
        if (isCurrent) setHome(loaded)
      } catch (error) {
        const isOffline = error instanceof ApiError && error.isOffline
        // What was shown stays.
        if (isCurrent) setHome(({ data }) => ({ data: data ?? EMPTY, isOffline }))
      }
    }
    void refresh()
    const timer = setInterval(() => void refresh(), REFRESH_MS)
    const onLook = (): void => void refresh()
    document.addEventListener('visibilitychange', onLook)
    return () => {
      isCurrent = false
      clearInterval(timer)
      document.removeEventListener('visibilitychange', onLook)
    }
  }, [])
  return home
}

const EMPTY: HomeData = { me: null, cards: [], sprints: [], changes: [] }

function Section({ title, count, children }: { title: string; count: number | null; children: ReactNode }) {
  return (
    <section className="home-section">
      <h2>
        {title}
        {count !== null && count > 0 && <span className="quiet">{count}</span>}
      </h2>
      {children}
    </section>
  )
}

function FirstRun() {
  const t = useT()
  return (
    <main id="board" className="home home-first" tabIndex={-1}>
      <h1>{t('home.firstTitle')}</h1>
      <p>{t('home.firstDetail')}</p>
      <div>
        <button type="button" className="button button-primary" onClick={() => openDialog({ kind: 'new-board' })}>
          {t('transfer.newBoard')}
        </button>
        <button
          type="button"
          className="button button-edge"
          onClick={() => openDialog({ kind: 'import', board: null })}
        >
          {t('transfer.orImport')}
        </button>
      </div>
    </main>
  )
}
