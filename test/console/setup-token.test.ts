import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setupTokenOf } from '../../console/src/features/setup/setup-token.ts'

const token = 't_mp8idyWSfAyd1FSRsqZMnlV7YYcaLtJ'

test('the set-up token is read from the fragment with and without a name', () => {
  assert.equal(setupTokenOf(`#token=${token}`), token)
  assert.equal(setupTokenOf(`#${token}`), token)
})

test('a fragment without a token gives none', () => {
  assert.equal(setupTokenOf(''), null)
  assert.equal(setupTokenOf('#content'), null)
  assert.equal(setupTokenOf('#%E0%A4%A'), null)
})
