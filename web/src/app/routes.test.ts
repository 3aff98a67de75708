import { expect, test } from 'vitest'
import { boardPath, routeOf } from './routes.ts'

test.each([
  ['/b/brd_1', { view: 'board', sprint: null, card: null }],
  ['/b/brd_1/', { view: 'board', sprint: null, card: null }],
  ['/b/brd_1/c/k1', { view: 'board', sprint: null, card: 'k1' }],
  ['/b/brd_1/list', { view: 'list', sprint: null, card: null }],
  ['/b/brd_1/backlog/c/k1', { view: 'backlog', sprint: null, card: 'k1' }],
  ['/b/brd_1/sprints', { view: 'sprints', sprint: null, card: null }],
  ['/b/brd_1/sprints/s1', { view: 'sprints', sprint: 's1', card: null }],
  ['/b/brd_1/sprints/s1/c/k1', { view: 'sprints', sprint: 's1', card: 'k1' }],
] as const)('%s is read and made', (path, route) => {
  expect(routeOf(path)).toEqual({ board: 'brd_1', route })
  expect(boardPath('brd_1', route)).toBe(path.replace(/\/$/, ''))
})

test.each(['/', '/b', '/b/brd_1/board', '/b/brd_1/nothing', '/b/brd_1/list/x', '/b/brd_1/sprints/a/b'])(
  '%s is no address of a board',
  (path) => {
    expect(routeOf(path)).toBeNull()
  },
)

test('a broken percent sign is left as it is', () => {
  expect(routeOf('/b/%E0%A4%A')?.board).toBe('%E0%A4%A')
})
