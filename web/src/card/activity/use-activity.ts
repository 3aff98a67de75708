// A card's activity, from the server that keeps it: fetched when the card opens, and again shortly after it changed.

import { useEffect, useState } from 'react'
import { useBoard } from '../../board/board-context.tsx'
import { guestSecret } from '../../presence/me.ts'
import { type Happening, hasMore, parseEvents } from './happenings.ts'

export type Activity =
  | { readonly kind: 'loading' | 'offline' | 'failed'; readonly happenings: readonly Happening[] }
  | { readonly kind: 'ready'; readonly happenings: readonly Happening[]; readonly hasMore: boolean }

/** The server writes down what happened when it has saved it; several edits in a row are asked about once. */
const REST_MS = 1_200
const EVENTS_MAX = 100

export function useActivity(card: string): { activity: Activity; more: () => void } {
  const { session, store } = useBoard()
  const [activity, setActivity] = useState<Activity>({ kind: 'loading', happenings: [] })
  useEffect(() => {
    const stop = new AbortController()
    let timer = 0
    const load = async (): Promise<void> => {
      if (session.status().kind === 'offline') {
        setActivity(({ happenings }) => ({ kind: 'offline', happenings }))
        return
      }
      const answer = await ask(card, null, stop.signal)
      if (stop.signal.aborted) return
      setActivity(({ happenings }) => {
        if (answer === null) return { kind: session.status().kind === 'offline' ? 'offline' : 'failed', happenings }
        const fresh = parseEvents(answer)
        // What was asked for before stays; what is told again is told as it is now.
        const oldest = fresh[0]?.number ?? Number.POSITIVE_INFINITY
        const older = happenings.filter(({ number }) => number < oldest)
        return { kind: 'ready', happenings: [...older, ...fresh], hasMore: older.length === 0 && hasMore(answer) }
      })
    }
    const later = (): void => {
      clearTimeout(timer)
      timer = window.setTimeout(() => void load(), REST_MS)
    }
    void load()
    const stops = [
      store.onCards((ids) => ids.has(card) && later()),
      session.onStatus(({ kind }) => {
        if (kind === 'offline' || kind === 'live' || kind === 'saved') later()
      }),
    ]
    return () => {
      stop.abort()
      clearTimeout(timer)
      for (const dispose of stops) dispose()
    }
  }, [card, session, store])
  const more = (): void => {
    const oldest = activity.happenings[0]?.number
    if (oldest === undefined) return
    void ask(card, oldest, new AbortController().signal).then((answer) => {
      if (answer === null) return
      const older = parseEvents(answer)
      setActivity(({ happenings }) => {
        const known = new Set(happenings.map(({ number }) => number))
        const added = older.filter(({ number }) => !known.has(number))
        return { kind: 'ready', happenings: [...added, ...happenings], hasMore: added.length > 0 && hasMore(answer) }
      })
    })
  }
  return { activity, more }
}

/** null when there is no answer. */
async function ask(card: string, before: number | null, signal: AbortSignal): Promise<unknown> {
  const board = /^\/b\/([^/]+)/.exec(location.pathname)?.[1]
  if (board === undefined) return null
  const query = new URLSearchParams({ subject: card, limit: String(EVENTS_MAX) })
  if (before !== null) query.set('before', String(before))
  try {
    const headers = { accept: 'application/json', 'x-calit-guest': guestSecret() }
    const response = await fetch(`/api/boards/${board}/events?${query}`, { headers, signal })
    return response.ok ? await response.json() : null
  } catch {
    return null
  }
}
