// Sends files to be imported, and reads what the server makes of them.

import { ApiError, answerOf, api, guestHeaders } from '../app/api.ts'
import { isRecord } from '../board/register.ts'

/** What the server takes (`src/transfer/mod.rs`). */
export const FILE_BYTES_MAX = 50 * 1024 * 1024

/** Where a column of a table can go. */
export const FIELDS = [
  'title',
  'description',
  'column',
  'type',
  'points',
  'priority',
  'assignee',
  'label',
  'start',
  'due',
  'number',
  'sprint',
  'comment',
  'checklist',
] as const
export type Field = (typeof FIELDS)[number]

export interface PreviewColumn {
  readonly index: number
  readonly name: string
  readonly samples: readonly string[]
  readonly field: Field | null
}

export interface Preview {
  readonly isJira: boolean
  readonly rows: number
  readonly columns: readonly PreviewColumn[]
}

/** Something that did not come in as it was. */
export interface Loss {
  readonly fate: 'kept' | 'lost'
  readonly kind: string
  readonly note: string
  readonly count: number
  /** The first lines of the file where it stands. */
  readonly lines: readonly number[]
}

export interface Imported {
  readonly board: string
  /** What undoes it; null where the whole board is new. */
  readonly id: string | null
  readonly cards: number | null
  readonly losses: readonly Loss[]
}

type Progress = (share: number) => void

export async function previewCsv(file: File, onProgress: Progress): Promise<Preview> {
  const answer = await send('/api/import/csv/preview', file, onProgress)
  const { kind, rows, columns } = isRecord(answer) ? answer : {}
  return {
    isJira: kind === 'jira',
    rows: typeof rows === 'number' ? rows : 0,
    columns: Array.isArray(columns) ? columns.filter(isRecord).flatMap(readColumn) : [],
  }
}

export async function importTrello(file: File, name: string, onProgress: Progress): Promise<Imported> {
  return readImported(await send(`/api/import/trello?${new URLSearchParams({ name })}`, file, onProgress))
}

export async function importCsv(
  file: File,
  into: { readonly board: string } | { readonly name: string },
  fields: ReadonlyMap<number, Field>,
  onProgress: Progress,
): Promise<Imported> {
  const mapping = JSON.stringify(Object.fromEntries(fields))
  return readImported(await send(`/api/import/csv?${new URLSearchParams({ ...into, mapping })}`, file, onProgress))
}

/** Takes back what an import made, and says how many cards that was. */
export async function undoImport(board: string, id: string): Promise<number> {
  const path = `/api/boards/${encodeURIComponent(board)}/imports/${encodeURIComponent(id)}`
  const answer = await api(path, { method: 'DELETE' })
  return isRecord(answer) && typeof answer['cards'] === 'number' ? answer['cards'] : 0
}

/** `fetch` does not tell how much was sent, and 50 MB take a while. */
function send(path: string, file: File, onProgress: Progress): Promise<unknown> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    for (const [name, value] of Object.entries(guestHeaders())) request.setRequestHeader(name, value)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0))
    request.addEventListener('error', () => failed(new ApiError('', null)))
    request.addEventListener('load', () => {
      try {
        done(answerOf(request.responseText, request.status))
      } catch (error) {
        failed(error)
      }
    })
    request.send(file)
  })
}

function readColumn(column: Record<string, unknown>): PreviewColumn[] {
  const { index, name, samples, field } = column
  if (typeof index !== 'number' || typeof name !== 'string') return []
  const texts = Array.isArray(samples) ? samples.filter((sample) => typeof sample === 'string') : []
  return [{ index, name, samples: texts, field: FIELDS.find((known) => known === field) ?? null }]
}

function readImported(answer: unknown): Imported {
  if (!isRecord(answer) || typeof answer['board'] !== 'string') throw new ApiError('', 500)
  const { board, import: id, cards, report } = answer
  const losses = isRecord(report) ? [...readLosses(report, 'lost'), ...readLosses(report, 'kept')] : []
  const carried = isRecord(report) ? carriedCards(report) : null
  return {
    board,
    id: typeof id === 'string' ? id : null,
    cards: typeof cards === 'number' ? cards : carried,
    losses,
  }
}

function carriedCards(report: Record<string, unknown>): number | null {
  const lines = Array.isArray(report['carried']) ? report['carried'].filter(isRecord) : []
  const count = lines.find(({ kind }) => kind === 'cards')?.['count']
  return typeof count === 'number' ? count : null
}

function readLosses(report: Record<string, unknown>, fate: Loss['fate']): Loss[] {
  const lines = Array.isArray(report[fate]) ? report[fate].filter(isRecord) : []
  return lines.flatMap(({ kind, note, count, lines: places }) => {
    if (typeof kind !== 'string' || typeof count !== 'number') return []
    const at = Array.isArray(places) ? places.filter((place) => typeof place === 'number') : []
    return [{ fate, kind, note: typeof note === 'string' ? note : '', count, lines: at }]
  })
}
