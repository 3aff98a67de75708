import { expect, it } from 'vitest'
import { afterClose } from './close-code.ts'

it('[CL1] only 4400 to 4499 is final', () => {
  const final = Array.from({ length: 4_000 }, (_, index) => 1_000 + index).filter(
    (code) => afterClose(code) === 'final',
  )

  expect(final).toEqual(Array.from({ length: 100 }, (_, index) => 4_400 + index))
})

it('[CL1] an orderly goodbye is followed soon, load later, anything else with back-off', () => {
  expect([1000, 1001, 1012].map(afterClose)).toEqual(['soon', 'soon', 'soon'])
  expect([1011, 1013, 4503, 4529].map(afterClose)).toEqual(['later', 'later', 'later', 'later'])
  expect([1002, 1003, 1006, 1007, 1008, 1009, 3999].map(afterClose).every((after) => after === 'back_off')).toBe(true)
})
