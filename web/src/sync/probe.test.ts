import { expect, it } from 'vitest'
import { PROBE_MS_MAX, type Probe, probe, REASON_CHARS_MAX } from './probe.ts'
import { World } from './testing/world.ts'

for (const [status, code] of [
  [400, 4400],
  [401, 4401],
  [403, 4403],
  [404, 4404],
] as const) {
  it(`a problem document with ${status} is a refusal in its own words`, async () => {
    expect(await ask(problem(status, 'No board has this name.'))).toEqual({
      kind: 'refused',
      code,
      reason: 'No board has this name.',
    })
  })
}

it('426 means that all is well with the document', async () => {
  expect(await ask(problem(426, 'Upgrade to a WebSocket.'))).toEqual({ kind: 'retry', reason: null })
})

it('503 is tried again, and its words are kept', async () => {
  expect(await ask(problem(503, 'This document is damaged.'))).toEqual({
    kind: 'retry',
    reason: 'This document is damaged.',
  })
})

it('a bare 404 may be a proxy in the middle of a deploy', async () => {
  expect(await ask(new Response('<h1>404</h1>', { status: 404, headers: { 'content-type': 'text/html' } }))).toEqual({
    kind: 'retry',
    reason: null,
  })
})

it('a problem document that is none is no refusal', async () => {
  const broken = new Response('{', { status: 403, headers: { 'content-type': 'application/problem+json' } })

  expect(await ask(broken)).toEqual({ kind: 'retry', reason: null })
})

it('a long reason is cut', async () => {
  const answer = await ask(problem(403, 'x'.repeat(10_000)))

  expect(answer.reason?.length).toBe(REASON_CHARS_MAX)
})

it('a server that does not answer is not waited for', async () => {
  const world = new World()
  world.server.answer = () => new Promise(() => {})
  const asking = probe('ws://server/sync/d', world.browser().tab().environment())

  await world.clock.pass(PROBE_MS_MAX)

  expect(await asking).toEqual({ kind: 'retry', reason: null })
})

it('asks the address of the socket, secure or not', async () => {
  const environment = new World().browser().tab().environment()
  const asked: string[] = []
  const fetch = async (url: string) => {
    asked.push(url)
    throw new Error('down')
  }

  await probe('ws://server/sync/d?guest=1', { ...environment, fetch })
  await probe('wss://server/sync/d', { ...environment, fetch })

  expect(asked).toEqual(['http://server/sync/d?guest=1', 'https://server/sync/d'])
})

function ask(response: Response): Promise<Probe> {
  const world = new World()
  world.server.answer = async () => response
  return probe('ws://server/sync/d', world.browser().tab().environment())
}

function problem(status: number, detail: string): Response {
  return new Response(JSON.stringify({ title: 'Refused', status, detail }), {
    status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  })
}
