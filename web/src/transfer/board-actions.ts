// What is done to a board as a whole, with the outcome told in words.

import { announce, toast } from '../app/announce.tsx'
import { ApiError, guestHeaders } from '../app/api.ts'
import { archiveBoard, type BoardLink } from '../app/workspace.ts'
import { t } from '../i18n/index.ts'

type Board = Pick<BoardLink, 'id' | 'name'>

/** Puts a board away or brings it back; a toast takes it back. */
export async function setArchived(board: Board, isArchived: boolean): Promise<void> {
  try {
    await archiveBoard(board.id, isArchived)
  } catch (error) {
    toast(troubleOf(error))
    return
  }
  const words = t(isArchived ? 'transfer.archived' : 'transfer.restored', { name: board.name })
  announce(words)
  toast(words, () => void setArchived(board, !isArchived))
}

/** Saves the whole board as a file. */
export async function exportBoard(board: Board, format: 'json' | 'csv'): Promise<void> {
  try {
    const path = `/api/boards/${encodeURIComponent(board.id)}/export?format=${format}`
    const response = await fetch(path, { headers: guestHeaders() }).catch(() => null)
    if (!response || response.status === 502) throw new ApiError('', null)
    if (!response.ok) throw new ApiError('', response.status)
    save(await response.blob(), `${fileName(board.name)}.${format}`)
  } catch (error) {
    toast(troubleOf(error))
  }
}

/** Why something could not be done, in words a person understands. */
export function troubleOf(error: unknown): string {
  if (!(error instanceof ApiError)) return t('transfer.failed')
  if (error.isOffline) return t('transfer.offline')
  return error.message || t('transfer.failed')
}

function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

function fileName(name: string): string {
  return (
    name
      .replace(/[\\/:*?"<>|\p{Cc}]+/gu, ' ')
      .trim()
      .slice(0, 80) || 'board'
  )
}
