// Why a socket did not open. Browsers hide the HTTP answer of a refused upgrade, so the same address is asked once
// more without an upgrade: the server answers with the same status and the same problem document, and with 426 when
// all is well. Only a problem document counts: a bare 404 is as likely a proxy in the middle of a deploy.

import { CloseCode } from '../../../client-protocol/ts/close-code.ts'
import type { Environment } from './environment.ts'

/** How long the answer may take. */
export const PROBE_MS_MAX = 5_000

/** A reason longer than this is cut: it is shown in a status line. */
export const REASON_CHARS_MAX = 300

/** What the server said. */
export type Probe =
  | { readonly kind: 'refused'; readonly code: number; readonly reason: string }
  | { readonly kind: 'retry'; readonly reason: string | null }

/** Asks the address of a socket why it does not open. Never rejects. */
export async function probe(url: string, environment: Environment): Promise<Probe> {
  const unknown: Probe = { kind: 'retry', reason: null }
  let stop = () => {}
  const late = new Promise<Probe>((resolve) => {
    stop = environment.after(PROBE_MS_MAX, () => resolve(unknown))
  })
  const answer = ask(url, environment).catch(() => unknown)
  const result = await Promise.race([answer, late])
  stop()
  return result
}

async function ask(url: string, environment: Environment): Promise<Probe> {
  const response = await environment.fetch(url.replace(/^ws/, 'http'))
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false
  if (!isProblem || response.status === 426) return { kind: 'retry', reason: null }
  const reason = reasonOf(await response.json())
  const code = finalCode(response.status)
  return code === null ? { kind: 'retry', reason } : { kind: 'refused', code, reason }
}

function finalCode(status: number): number | null {
  switch (status) {
    case 400:
      return CloseCode.badAddress
    case 401:
      return CloseCode.badToken
    case 403:
      return CloseCode.forbidden
    case 404:
      return CloseCode.noSuchDocument
    default:
      return null
  }
}

function reasonOf(problem: unknown): string {
  if (typeof problem !== 'object' || problem === null) return ''
  const { detail, title } = problem as Record<string, unknown>
  const reason = [detail, title].find((text) => typeof text === 'string' && text !== '')
  return String(reason ?? '').slice(0, REASON_CHARS_MAX)
}
