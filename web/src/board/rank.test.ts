import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing'
import { describe, expect, it } from 'vitest'
import { fixture } from './fixtures.ts'
import { compare, isRank, place } from './rank.ts'

interface Vectors {
  readonly between: { description: string; left: string | null; right: string | null; rank: string }[]
  readonly n_between: {
    description: string
    left: string | null
    right: string | null
    count: number
    ranks: string[]
  }[]
  readonly malformed: { description: string; rank: string }[]
  readonly compare: { description: string; left: string; right: string; order: number }[]
  readonly place: {
    description: string
    order: (string | null)[]
    index: number
    rank: string
    rekeyed: [number, string][]
  }[]
}

const vectors = fixture<Vectors>('rank')

describe('ranks are those of the server', () => {
  it.each(vectors.between)('between: $description', ({ left, right, rank }) => {
    expect(generateKeyBetween(left, right)).toBe(rank)
    expect(isRank(rank)).toBe(true)
  })

  it.each(vectors.n_between)('several: $description', ({ left, right, count, ranks }) => {
    expect(generateNKeysBetween(left, right, count)).toEqual(ranks)
  })

  it.each(vectors.malformed)('malformed: $description', ({ rank }) => {
    expect(isRank(rank)).toBe(false)
  })

  it.each(vectors.compare)('order: $description', ({ left, right, order }) => {
    expect(Math.sign(compare(left, right))).toBe(order)
  })

  it.each(vectors.place)('place: $description', ({ order, index, rank, rekeyed }) => {
    expect(place(order, index)).toEqual({ rank, rekeyed })
  })
})
