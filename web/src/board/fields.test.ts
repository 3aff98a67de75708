import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { asFlag, asNumber, asText, Part, writeField } from './fields.ts'
import { fixture, type Json, type JsonObject } from './fixtures.ts'

interface Case {
  readonly description: string
  readonly fields: JsonObject
  readonly field: string
  readonly kind: 'number' | 'text' | 'bool'
  readonly value: Json
  readonly overwritten: readonly Json[]
}

interface Write {
  readonly description: string
  readonly fields: JsonObject
  readonly field: string
  readonly writer: string
  readonly value: Json
  readonly now: number
  readonly by: string
  readonly after: JsonObject
}

const { cases, writes } = fixture<{ cases: Case[]; writes: Write[] }>('field')
const PARSERS = { number: asNumber, text: asText, bool: asFlag }

function partOf(fields: JsonObject, writer = '1'): Y.Map<unknown> {
  const document = new Y.Doc()
  document.clientID = Number(writer)
  const part = document.getMap<unknown>('part')
  for (const [key, value] of Object.entries(fields)) part.set(key, value)
  return part
}

describe('a field reads as the server reads it', () => {
  it.each(cases)('$description', ({ fields, field, kind, value, overwritten }) => {
    const part = new Part(partOf(fields))

    expect(part.field<unknown>(field, PARSERS[kind])).toEqual(value)
    const lost = part.overwritten<unknown>(field, PARSERS[kind])
    expect(lost.map(({ value, at, by }) => ({ value, at, by }))).toEqual(overwritten)
  })
})

describe('a field is written as the server writes it', () => {
  it.each(writes)('$description', ({ fields, field, writer, value, now, by, after }) => {
    const part = partOf(fields, writer)

    writeField(part, field, value, by, now)

    expect(part.toJSON()).toEqual(after)
  })
})
