import { expect, test } from 'vitest'
import { userId } from './me.ts'

test('a guest has the id that the server derives from the secret', () => {
  expect(userId('0123456789abcdef0123456789abcdef')).toBe('usr_3eb1bd439947eb762998')
})
