import { describe, expect, it, test } from 'vitest'
import { BoardStore } from './board-store.ts'
import { BoardEdits } from './edits.ts'
import { cleared, filterQuery, isFiltering, matches, NO_FILTER, parseFilter } from './filter.ts'
import { documentOf } from './fixtures.ts'
import { lanesOf } from './lanes.ts'
import { Lens } from './lens.ts'

const NOW = new Date(2026, 10, 24, 10, 42).getTime()

function board(): { store: BoardStore; edits: BoardEdits; lens: Lens } {
  const at = (column: string, rank: string) => ({ 1: { column, lane: null, rank, at: 1, by: 'u' } })
  const document = documentOf({
    columns: {
      wait: { name: '백로그', category: 'backlog', rank: 'a0' },
      doing: { name: '진행 중', category: 'doing', rank: 'a1' },
    },
    sprints: { s24: { name: '스프린트 24', started: { at: 1, by: 'u' } }, s25: { name: '스프린트 25' } },
    labels: { red: { name: '버그', color: 'red' } },
    cards: {
      waits: { title: '영수증 보내기', position: at('wait', 'a0') },
      now: { title: '결제 재시도', number: 7, plan: { sprint: 's24', rank: null }, position: at('doing', 'a0') },
      later: { title: '다음에', plan: { sprint: 's25', rank: null }, position: at('doing', 'a1') },
      mine: {
        title: '스프린트 회고',
        type: 'bug',
        plan: { sprint: 's24', rank: null },
        due: '2026-11-23',
        assignees: { ann: true },
        labels: { red: true },
        position: at('doing', 'a2'),
      },
    },
  })
  const store = new BoardStore(document)
  return { store, edits: new BoardEdits(store, { id: 'ann', now: () => NOW }), lens: new Lens(store, 'test') }
}

/** The cards that an address lets through. */
function found(query: string): string[] {
  const { store } = board()
  const filter = parseFilter(query)
  return [...store.cards()].filter((card) => matches(card, filter, store.snapshot(), NOW)).map(({ id }) => id)
}

describe('an address says which cards are shown', () => {
  test.each([
    ['', ['waits', 'now', 'mine']],
    ['?sprint=all', ['waits', 'now', 'later', 'mine']],
    ['?sprint=s25', ['later']],
    ['?sprint=none', ['waits']],
    ['?sprint=s25,none', ['waits', 'later']],
    ['?who=ann', ['mine']],
    ['?who=none', ['waits', 'now']],
    ['?label=red&type=bug', ['mine']],
    ['?type=task&who=ann', []],
    ['?due=late', ['mine']],
    ['?due=none', ['waits', 'now']],
    ['?q=ㅅㅍㄹㅌ', ['mine']],
    ['?q=%237', ['now']],
  ])('%s', (query, cards) => {
    expect(found(query)).toEqual(cards)
  })
})

describe('a filter and its address', () => {
  it('say the same both ways', () => {
    const query = '?q=a&who=ann,none&label=red&sprint=s24,none&type=bug&due=week&group=label'

    expect(filterQuery(parseFilter(query))).toBe(query)
    expect(filterQuery(NO_FILTER)).toBe('')
  })

  it('whatever an address says, it reads as a filter', () => {
    expect(parseFilter('?type=nonsense,bug&due=never&group=colour&who=,,a,a')).toEqual({
      ...NO_FILTER,
      type: ['bug'],
      who: ['a'],
    })
  })

  it('clearing shows every card and keeps the lanes', () => {
    const filter = cleared(parseFilter('?q=a&who=ann&group=type'))

    expect(isFiltering(filter)).toBe(false)
    expect(filterQuery(filter)).toBe('?sprint=all&group=type')
  })
})

describe('a lens', () => {
  it('keeps columns that did not change, and shows a new card whatever the filter says', () => {
    const { lens, edits } = board()
    lens.setFilter(parseFilter('?who=ann'))
    const [first] = lens.shown().columns

    const id = edits.addCard('새 카드', { column: 'doing', before: null })
    expect(lens.where(id)).toBeNull()
    lens.keep(id)

    expect(lens.shown().columns[0]).toBe(first)
    expect(lens.where(id)?.view.column.id).toBe('doing')
    expect(lens.shown()).toMatchObject({ count: 2, total: 5 })
  })

  it('follows a card that comes to fit, though it stays where it is', () => {
    const { lens, edits } = board()
    lens.setFilter(parseFilter('?type=story'))
    expect(lens.shown().count).toBe(0)

    edits.setField(['now'], 'type', 'story')

    expect(lens.shown().columns[1]?.cards).toEqual(['now'])
  })
})

test('every card stands in one lane, those of nobody in the last', () => {
  const { store, lens } = board()
  lens.setFilter(parseFilter('?sprint=all&group=assignee'))

  const lanes = lanesOf(lens.shown().columns, 'assignee', store)

  expect(lanes.map(({ key, cells }) => [key, cells])).toEqual([
    ['ann', [[], ['mine']]],
    ['none', [['waits'], ['now', 'later']]],
  ])
  expect(lens.spot('later')).toMatchObject({ at: 1, index: 1 })
})
