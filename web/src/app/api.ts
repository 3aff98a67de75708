// Asking our own server over HTTP: as the guest of this device, and with its answers in words when it refuses.

import { isRecord } from '../board/register.ts'
import { guestSecret } from '../presence/me.ts'

/** The server refused, or gave no answer at all. */
export class ApiError extends Error {
  /** The HTTP status; null when there was no answer. */
  readonly status: number | null

  constructor(words: string, status: number | null) {
    super(words)
    this.name = 'ApiError'
    this.status = status
  }

  get isOffline(): boolean {
    return this.status === null
  }
}

interface Request {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly json?: unknown
  readonly signal?: AbortSignal
}

/** The headers that say who asks. */
export function guestHeaders(): Record<string, string> {
  return { accept: 'application/json', 'x-calit-guest': guestSecret() }
}

/** The parsed answer; anything but success is an `ApiError`. */
export async function api(path: string, request: Request = {}): Promise<unknown> {
  return (await ask(path, request)).answer
}

/** The parsed answer, and whether it is one that this device kept because the server is away. */
export async function ask(path: string, request: Request = {}): Promise<{ answer: unknown; isKept: boolean }> {
  const { method = 'GET', json, signal } = request
  const headers = guestHeaders()
  if (json !== undefined) headers['content-type'] = 'application/json'
  const body = json === undefined ? {} : { body: JSON.stringify(json) }
  let response: Response
  try {
    response = await fetch(path, { method, headers, ...body, ...(signal ? { signal } : {}) })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError('', null)
  }
  return { answer: answerOf(await response.text(), response.status), isKept: response.headers.has('x-calit-kept') }
}

/** What an answer's text means; a refusal is thrown. */
export function answerOf(text: string, status: number): unknown {
  const answer = parse(text)
  if (status >= 200 && status < 300) return answer
  // A gateway in between answers for a server that is away.
  if (status === 502 || status === 504) throw new ApiError('', null)
  throw new ApiError(problemOf(answer), status)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function problemOf(answer: unknown): string {
  const text = isRecord(answer) ? (answer['detail'] ?? answer['title']) : null
  return typeof text === 'string' ? text : ''
}
