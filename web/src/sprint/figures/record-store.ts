// Sprint records as they come from the server. The last answer is kept on this device, so that the charts stand offline;
// one of a closed sprint is asked for once, since it never changes.

import { useEffect, useSyncExternalStore } from 'react'
import { recall, remember } from '../../app/stored.ts'
import type { BoardModel } from '../../board/board-context.tsx'
import { Signal } from '../../board/signal.ts'
import { parseRecord, type SprintRecord } from './record.ts'

export interface Known {
  readonly record: SprintRecord | null
  /** Whether the board has changed since. */
  readonly isFresh: boolean
  readonly hasFailed: boolean
}

const UNKNOWN: Known = { record: null, isFresh: false, hasFailed: false }

/** A drag through several columns is one question. */
const ASK_AFTER_MS = 900
/** A change may reach the record a little after it reached this screen. */
const AGAIN_AFTER_MS = 3_000
const STORED = 'calit.record.'

const signals = new Map<string, Signal<Known>>()
const asking = new Set<string>()

function signalOf(board: string, sprint: string): Signal<Known> {
  const key = `${board}.${sprint}`
  let signal = signals.get(key)
  if (!signal) {
    signal = new Signal<Known>({ ...UNKNOWN, record: stored(key) })
    signals.set(key, signal)
  }
  return signal
}

function stored(key: string): SprintRecord | null {
  try {
    return known(parseRecord(JSON.parse(recall(STORED + key) ?? 'null')))
  } catch {
    return null
  }
}

/** Of a sprint that began before anything was written down there is no record: zeros would be a lie. */
function known(record: SprintRecord | null): SprintRecord | null {
  return record?.startedAt == null ? null : record
}

async function ask(board: string, sprint: string): Promise<void> {
  const key = `${board}.${sprint}`
  if (asking.has(key)) return
  asking.add(key)
  const signal = signalOf(board, sprint)
  try {
    const response = await fetch(`/api/boards/${board}/sprints/${sprint}`, { headers: { accept: 'application/json' } })
    const answer: unknown = response.ok ? await response.json() : null
    const record = known(parseRecord(answer))
    if (record) remember(STORED + key, JSON.stringify(answer))
    signal.set(record ? { record, isFresh: true, hasFailed: false } : { ...signal.get(), hasFailed: true })
  } catch {
    signal.set({ ...signal.get(), hasFailed: true })
  } finally {
    asking.delete(key)
  }
}

/** The record of a sprint under way: asked for again, a little later, whenever the board's cards change. */
export function useLiveRecord(model: BoardModel, board: string, sprint: string): Known {
  const signal = signalOf(board, sprint)
  useEffect(() => {
    let timers: ReturnType<typeof setTimeout>[] = []
    const askIn = (...delays: number[]): void => {
      for (const timer of timers) clearTimeout(timer)
      timers = delays.map((ms) => setTimeout(() => void ask(board, sprint), ms))
    }
    void ask(board, sprint)
    const stopCards = model.store.onCards(() => {
      if (signal.get().isFresh) signal.set({ ...signal.get(), isFresh: false })
      askIn(ASK_AFTER_MS, AGAIN_AFTER_MS)
    })
    const stopStatus = model.session.onStatus(() => {
      if (!signal.get().isFresh && timers.length === 0) askIn(ASK_AFTER_MS)
    })
    return () => {
      stopCards()
      stopStatus()
      for (const timer of timers) clearTimeout(timer)
    }
  }, [model, board, sprint, signal])
  return useSyncExternalStore(signal.subscribe, signal.get)
}

/** The record of a closed sprint. */
export function useClosedRecord(board: string, sprint: string, completedAt: number | null): Known {
  const signal = signalOf(board, sprint)
  useEffect(() => {
    // A copy from the time when it was under way is not the last word.
    const isFinal = signal.get().record?.completedAt !== null && signal.get().record?.completedAt === completedAt
    if (!isFinal) void ask(board, sprint)
  }, [board, sprint, completedAt, signal])
  return useSyncExternalStore(signal.subscribe, signal.get)
}

/** Several closed records at once; those that are not there yet are missing. */
export function useClosedRecords(
  board: string,
  sprints: readonly { readonly id: string; readonly completedAt: number | null }[],
): ReadonlyMap<string, SprintRecord> {
  const ids = sprints.map(({ id }) => id).join(' ')
  useEffect(() => {
    for (const id of ids.split(' ').filter(Boolean)) {
      if (signalOf(board, id).get().record?.completedAt == null) void ask(board, id)
    }
  }, [board, ids])
  const key = useSyncExternalStore(
    (listener) => {
      const stops = ids
        .split(' ')
        .filter(Boolean)
        .map((id) => signalOf(board, id).subscribe(listener))
      return () => {
        for (const stop of stops) stop()
      }
    },
    () =>
      ids
        .split(' ')
        .map((id) => (id !== '' && signalOf(board, id).get().record ? id : ''))
        .join(' '),
  )
  const known = key.split(' ').filter(Boolean)
  return new Map(
    known.flatMap((id) => {
      const { record } = signalOf(board, id).get()
      return record ? [[id, record] as const] : []
    }),
  )
}
