// What there is to open: asked of the server, remembered for when it does not answer.

import { useEffect, useState } from 'react'

export interface BoardEntry {
  readonly id: string
  readonly name: string
}

export type Workspace =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly boards: readonly BoardEntry[] }
  | { readonly kind: 'failed' }

const STORED = 'calit.workspace'
const REFRESH_MS = 30_000

export function useWorkspace(): { workspace: Workspace; retry: () => void } {
  const [workspace, setWorkspace] = useState<Workspace>({ kind: 'loading' })
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt asks again
  useEffect(() => {
    const abort = new AbortController()
    const ask = async (): Promise<void> => {
      try {
        const boards = await fetchBoards(abort.signal)
        localStorage.setItem(STORED, JSON.stringify(boards))
        setWorkspace({ kind: 'ready', boards })
      } catch {
        if (abort.signal.aborted) return
        const remembered = recall()
        setWorkspace(remembered ? { kind: 'ready', boards: remembered } : { kind: 'failed' })
      }
    }
    void ask()
    const timer = setInterval(() => void ask(), REFRESH_MS)
    return () => {
      abort.abort()
      clearInterval(timer)
    }
  }, [attempt])
  return { workspace, retry: () => setAttempt((before) => before + 1) }
}

async function fetchBoards(signal: AbortSignal): Promise<readonly BoardEntry[]> {
  const response = await fetch('/api/workspace', { signal })
  if (!response.ok) throw new Error(`the workspace answered ${response.status}`)
  const boards = parse(await response.json())
  if (!boards) throw new Error('the workspace cannot be read')
  return boards
}

function recall(): readonly BoardEntry[] | null {
  try {
    return parse({ boards: JSON.parse(localStorage.getItem(STORED) ?? 'null') })
  } catch {
    return null
  }
}

function parse(value: unknown): readonly BoardEntry[] | null {
  if (typeof value !== 'object' || value === null || !('boards' in value) || !Array.isArray(value.boards)) return null
  return value.boards.filter(
    (board): board is BoardEntry => typeof board?.id === 'string' && typeof board?.name === 'string',
  )
}
