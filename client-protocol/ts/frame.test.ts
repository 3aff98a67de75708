import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Message, parseFrame, writeMessage } from './frame.ts'
import { MESSAGES_PER_FRAME_MAX } from './limits.ts'

type Fixture = { name: string; rule: string; hex: string; meaning: string; message: GoldenMessage | null }
type GoldenMessage = { type: string; [field: string]: unknown }

const fixtures: Fixture[] = JSON.parse(readFileSync(new URL('../fixtures/frames.json', import.meta.url), 'utf8'))
const BYTE_FIELDS = ['state_vector', 'update']

describe('golden frames', () => {
  for (const { name, rule, hex, message } of fixtures) {
    it(`[${rule}] ${name} is read`, () => {
      const parsed = parseFrame(fromHex(hex))

      if (message === null) expect(parsed.kind).toBe('malformed')
      else expect(parsed).toEqual({ kind: 'messages', messages: [decoded(message)] })
    })

    if (message === null || message.type === 'unknown') continue
    it(`[${rule}] ${name} is written`, () => {
      expect(toHex(writeMessage(decoded(message) as Message))).toBe(hex)
    })
  }
})

describe('a frame', () => {
  it('holds any number of messages', () => {
    const parsed = parseFrame(fromHex('000001000001020000010100'))

    expect(parsed.kind === 'messages' && parsed.messages.map((message) => message.type)).toEqual([
      'step1',
      'step2',
      'awareness',
    ])
  })

  it('is not read past an unknown type', () => {
    const parsed = parseFrame(fromHex('0101007f010100'))

    expect(parsed.kind === 'messages' && parsed.messages.map((message) => message.type)).toEqual([
      'awareness',
      'unknown',
    ])
  })

  it('is malformed when it is text', () => {
    expect(parseFrame('00').kind).toBe('malformed')
  })

  it('is malformed when it holds too many messages', () => {
    expect(parseFrame(new Uint8Array(MESSAGES_PER_FRAME_MAX).fill(3)).kind).toBe('messages')
    expect(parseFrame(new Uint8Array(MESSAGES_PER_FRAME_MAX + 1).fill(3)).kind).toBe('malformed')
  })

  it('never throws, whatever the bytes', () => {
    let seed = 7
    const next = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed >> 16
    }
    const leads = [0, 1, 3, 100, 101, 103, 104, 105, 106, 107]

    for (let round = 0; round < 20_000; round += 1) {
      const bytes = Uint8Array.from({ length: next() % 24 }, () => next() & 0xff)
      bytes[0] = leads[next() % leads.length] ?? 0

      expect(['messages', 'malformed']).toContain(parseFrame(bytes).kind)
    }
  })
})

function decoded(message: GoldenMessage): unknown {
  return Object.fromEntries(
    Object.entries(message).map(([key, value]) => [
      key,
      BYTE_FIELDS.includes(key) && typeof value === 'string' ? fromHex(value) : value,
    ]),
  )
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
