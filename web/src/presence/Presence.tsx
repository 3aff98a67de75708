// Who else is on this board now. A click on somebody follows them; with many, the rest are a list.

import { Suspense, useEffect } from 'react'
import { lazyPart } from '../app/lazy-part.ts'
import { PopupButton } from '../app/PopupButton.tsx'
import { useBoard, usePeople } from '../board/board-context.tsx'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import { Avatar } from './Avatar.tsx'
import { othersOf } from './people.ts'
import './presence.css'

const PeopleList = lazyPart(async () => (await import('./PeopleList.tsx')).PeopleList)
const Follow = lazyPart(async () => (await import('./Follow.tsx')).Follow)

/** More would crowd the bar; the rest are counted. */
const AVATARS_MAX = matchMedia('(max-width: 640px)').matches ? 3 : 5

export function Presence() {
  const t = useT()
  const board = useBoard()
  const others = usePeople(othersOf)
  const followed = useSignal(board.following, (clientId) => clientId)
  useShowingWay()
  if (others.length === 0) return null
  // Who is at work comes before who is away.
  const sorted = [...others].sort((a, b) => Number(a.isIdle) - Number(b.isIdle))
  const rest = sorted.slice(AVATARS_MAX)
  return (
    <>
      <ul className="presence" aria-label={t('people.here', { count: others.length })}>
        {sorted.slice(0, AVATARS_MAX).map(({ clientId, name, color, isIdle }) => (
          <li key={clientId}>
            <button
              type="button"
              className="presence-person"
              aria-pressed={followed === clientId}
              aria-label={`${isIdle ? t('people.idle', { name }) : name}. ${t('people.follow', { name })}`}
              title={`${isIdle ? t('people.idle', { name }) : name} · ${t('people.follow', { name })}`}
              onClick={() => board.following.set(followed === clientId ? null : clientId)}
            >
              <Avatar name={name} color={color} isIdle={isIdle} />
            </button>
          </li>
        ))}
        {rest.length > 0 && (
          <li className="presence-rest">
            <PopupButton
              kind="menu"
              className="presence-all"
              label={t('people.all', { count: others.length })}
              popup={(place) => <PeopleList place={place} />}
            >
              +{rest.length}
            </PopupButton>
          </li>
        )}
      </ul>
      {followed !== null && (
        <Suspense fallback={null}>
          <Follow key={followed} clientId={followed} />
        </Suspense>
      )}
    </>
  )
}

/** While somebody follows me, they are told what I look at. */
function useShowingWay(): void {
  const board = useBoard()
  const isFollowed = usePeople((people) => {
    const me = people.find((person) => person.isMe)?.clientId
    return people.some((person) => !person.isMe && person.follows === me)
  })
  useEffect(() => {
    if (!isFollowed) return
    let stop: (() => void) | null = null
    let isGone = false
    const begin = async (): Promise<void> => {
      const { showSight } = await import('./sight.ts')
      if (!isGone) stop = showSight(board)
    }
    // Who cannot be followed is still there.
    begin().catch(() => {})
    return () => {
      isGone = true
      stop?.()
    }
  }, [board, isFollowed])
}
