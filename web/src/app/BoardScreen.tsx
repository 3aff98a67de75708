// One open board: its session, the bar above it, and the drawer beside it.

import { lazy, Suspense, useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { useLocation } from 'wouter'
import { type BoardModel, BoardView, useBoardModel, useSnapshot } from '../board/index.ts'
import { useT } from '../i18n/index.ts'
import { Avatar } from '../presence/Avatar.tsx'
import { currentMe, guestSecret, onMe, useMe } from '../presence/me.ts'
import { PeopleStore, type Person } from '../presence/people.ts'
import { type DocumentSession, openDocument } from '../sync/index.ts'
import { toast } from './announce.tsx'
import { StatusWidget, useStatus } from './StatusWidget.tsx'
import { Trouble } from './Trouble.tsx'

const CardDrawer = lazy(() => import('../card/CardDrawer.tsx'))

const AVATARS_SHOWN = 5

interface Opened {
  readonly session: DocumentSession
  readonly people: PeopleStore
}

export function BoardScreen({ id, card }: { id: string; card: string | null }) {
  const [opened, setOpened] = useState<Opened | null>(null)
  useEffect(() => {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const session = openDocument({ url: `${scheme}://${location.host}/sync`, id, params: () => ({ guest: guestSecret() }) })
    const people = new PeopleStore(session.awareness, currentMe())
    const stopMe = onMe(() => people.setMe(currentMe()))
    setOpened({ session, people })
    return () => {
      stopMe()
      people.destroy()
      setOpened(null)
      void session.destroy()
    }
  }, [id])
  return opened && <Screen id={id} card={card} opened={opened} />
}

function Screen({ id, card, opened }: { id: string; card: string | null; opened: Opened }) {
  const { session, people } = opened
  const t = useT()
  const me = useMe()
  const isLoaded = useLoaded(session)
  const model = useBoardModel(session, people, me.id)
  const role = useSyncExternalStore(
    (listener) => session.onRole(listener),
    () => session.role,
  )
  const [, navigate] = useLocation()
  useMergeToast(session)
  useWarnBeforeLoss(session)
  useEffect(() => people.setFocus(card), [people, card])
  const openCard = useCallback((opened: string) => navigate(`/b/${id}/c/${opened}`), [id, navigate])
  const closeCard = useCallback(() => navigate(`/b/${id}`), [id, navigate])
  const canEdit = role !== 'viewer'
  return (
    <main className="screen" id="board">
      <header className="bar">
        {model ? <BoardName model={model} /> : <h1 className="bar-name" />}
        {!canEdit && <span className="bar-note">{t('board.readOnly')}</span>}
        <People people={people} />
        <StatusWidget session={session} />
      </header>
      {isLoaded && model ? (
        <BoardView model={model} canEdit={canEdit} openCardId={card} onOpenCard={openCard} />
      ) : (
        <NotYet session={session} />
      )}
      {isLoaded && model && card && (
        <Suspense fallback={<aside className="drawer" />}>
          <CardDrawer key={card} model={model} id={card} canEdit={canEdit} onClose={closeCard} onOpen={openCard} />
        </Suspense>
      )}
    </main>
  )
}

function useLoaded(session: DocumentSession): boolean {
  const [isLoaded, setLoaded] = useState(false)
  useEffect(() => {
    let isCurrent = true
    void session.whenLoaded.then(() => isCurrent && setLoaded(true))
    return () => {
      isCurrent = false
    }
  }, [session])
  return isLoaded
}

function useMergeToast(session: DocumentSession): void {
  const t = useT()
  useEffect(
    () =>
      session.onMerged(({ sent, received }) => {
        if (sent + received > 0) toast(t('status.merged', { sent, received }))
      }),
    [session, t],
  )
}

/** Closing the page loses edits only where the browser gives no storage. */
function useWarnBeforeLoss(session: DocumentSession): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      const status = session.status()
      if ('count' in status && status.count > 0 && !session.keepsLocalCopy()) event.preventDefault()
    }
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [session])
}

function BoardName({ model }: { model: BoardModel }) {
  const { name } = useSnapshot(model.store)
  useEffect(() => {
    document.title = name ? `${name} – CalIT` : 'CalIT'
  }, [name])
  return <h1 className="bar-name cut">{name}</h1>
}

function People({ people }: { people: PeopleStore }) {
  const t = useT()
  const all = useSyncExternalStore(people.subscribe, people.people)
  const label = (person: Person): string => {
    if (person.isMe) return t('people.me', { name: person.name })
    return person.isIdle ? t('people.idle', { name: person.name }) : person.name
  }
  return (
    <ul className="people" aria-label={t('people.here', { count: all.length })}>
      {all.slice(0, AVATARS_SHOWN).map((person) => (
        <li key={person.clientId}>
          <Avatar name={person.name} color={person.color} isIdle={person.isIdle} label={label(person)} />
        </li>
      ))}
      {all.length > AVATARS_SHOWN && <li className="people-more">+{all.length - AVATARS_SHOWN}</li>}
    </ul>
  )
}

/** Nothing to show yet: a skeleton while it loads, plain words when it cannot. */
function NotYet({ session }: { session: DocumentSession }) {
  const t = useT()
  const status = useStatus(session)
  if (status.kind === 'offline') {
    const detail = status.reason ? t('status.serverSays', { reason: status.reason }) : t('trouble.offlineDetail')
    const title = status.reason ? t('trouble.title') : t('trouble.offline')
    return <Trouble title={title} detail={detail} action={t('status.retryNow')} onAction={() => session.retryNow()} />
  }
  if (status.kind === 'refused') {
    const titles = { 4401: t('trouble.signIn'), 4403: t('trouble.forbidden'), 4404: t('trouble.notFound') } as const
    const title = titles[status.code as keyof typeof titles] ?? t('trouble.title')
    const detail = status.code === 4404 ? t('trouble.notFoundDetail') : t('status.serverSays', { reason: status.reason })
    return <Trouble title={title} detail={detail} />
  }
  return (
    <div className="skeleton" role="status" aria-label={t('board.loading')}>
      {[4, 3, 2, 3].map((cards, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a still picture
        <div key={column}>
          {Array.from({ length: cards }, (_, card) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a still picture
            <span key={card} />
          ))}
        </div>
      ))}
    </div>
  )
}
