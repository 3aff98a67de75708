import { beforeEach, describe, expect, it } from 'vitest'
import type { Message } from '../../../client-protocol/ts/frame.ts'
import { ANSWER_MS_MAX, Commands, type Outcome } from './commands.ts'
import { World } from './testing/world.ts'

let world: World
let sent: Message[]
let commands: Commands

beforeEach(() => {
  world = new World()
  sent = []
  commands = new Commands(world.browser().tab().environment(), (message) => sent.push(message))
})

function keyOf(message: Message | undefined): string {
  return message?.type === 'command' ? message.key : ''
}

describe('a command', () => {
  it('is answered with what the server decided', async () => {
    commands.opened()
    const started = commands.ask({ do: 'start_sprint', sprint: 's1' })

    commands.answered(keyOf(sent[0]), true, '{"sprint":"s1"}')

    expect(await started).toEqual({ ok: true, value: { sprint: 's1' } })
  })

  it('that is refused says why', async () => {
    commands.opened()
    const moved = commands.ask({ do: 'move_cards' })

    commands.answered(keyOf(sent[0]), false, '{"code":"wip_full","detail":"The column is full."}')

    expect(await moved).toEqual({ ok: false, code: 'wip_full', detail: 'The column is full.' })
  })

  it('does not wait for a network that is not there', async () => {
    expect(await commands.ask({ do: 'start_sprint' })).toMatchObject({ ok: false, code: 'offline' })
    expect(sent).toEqual([])
  })

  it('whose answer was lost is asked again under the same key', async () => {
    commands.opened()
    const started = commands.ask({ do: 'start_sprint' })
    commands.ended()
    commands.opened()

    expect(sent.map(keyOf)).toEqual([keyOf(sent[0]), keyOf(sent[0])])
    commands.answered(keyOf(sent[1]), true, 'null')
    expect(await started).toEqual({ ok: true, value: null })
  })

  it('that is never answered ends all the same', async () => {
    commands.opened()
    const outcomes: Outcome[] = []
    void commands.ask({ do: 'start_sprint' }).then((outcome) => outcomes.push(outcome))
    await world.clock.pass(ANSWER_MS_MAX)

    expect(outcomes).toMatchObject([{ ok: false, code: 'offline' }])
  })

  it('takes an answer that cannot be read for a refusal', async () => {
    commands.opened()
    const started = commands.ask({ do: 'start_sprint' })
    commands.answered(keyOf(sent[0]), true, '{')

    expect(await started).toMatchObject({ ok: false, code: 'malformed' })
  })
})
