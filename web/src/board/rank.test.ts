import { describe, expect, test } from 'vitest'
import vectors from '../../../client-protocol/fixtures/rank.json' with { type: 'json' }
import { compare, isRank, place } from './rank.ts'

describe('the shared vectors', () => {
  test.each(vectors.between)('$description', ({ left, right, rank }) => {
    const order = [left, right].filter((neighbour) => neighbour !== null)
    expect(place(order, left === null ? 0 : 1)).toEqual({ rank, rekeyed: [] })
  })

  test.each(vectors.place)('place: $description', ({ order, index, rank, rekeyed }) => {
    expect(place(order, index)).toEqual({ rank, rekeyed })
  })

  test.each(vectors.malformed)('no key: $description', ({ rank }) => {
    expect(isRank(rank)).toBe(false)
  })

  test.each(vectors.compare)('order: $description', ({ left, right, order }) => {
    expect(compare(left, right)).toBe(order)
  })
})
