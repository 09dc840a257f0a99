import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  extendTo,
  moveTo,
  nothingSelected,
  selectAll,
  toggle,
} from '../../console/src/features/mail/selection.ts'

const ids = ['a', 'b', 'c', 'd', 'e']

test('a click with Shift selects everything from the anchor to the row, in both directions', () => {
  const anchored = moveTo(nothingSelected, 2)
  assert.deepEqual([...extendTo(anchored, ids, 4).ids], ['c', 'd', 'e'])
  assert.deepEqual([...extendTo(extendTo(anchored, ids, 4), ids, 0).ids], ['a', 'b', 'c'])
})

test('a click with Ctrl adds a row and the next one takes it out again', () => {
  const one = toggle(toggle(nothingSelected, ids, 1), ids, 3)
  assert.deepEqual([...one.ids], ['b', 'd'])
  assert.deepEqual([...toggle(one, ids, 1).ids], ['d'])
})

test('moving the keyboard keeps what is selected', () => {
  assert.deepEqual([...moveTo(toggle(nothingSelected, ids, 1), 4).ids], ['b'])
})

test('a row that does not exist is not selected', () => {
  assert.equal(toggle(nothingSelected, ids, 9), nothingSelected)
  assert.deepEqual([...selectAll(nothingSelected, ids).ids], ids)
})
