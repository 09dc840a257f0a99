import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isProblem, problemOf, problemReference } from '../../console/src/api/problem.ts'

const problem = {
  type: 'about:blank',
  title: 'Microsoft refused the sign-in.',
  status: 502,
  code: 'MSG_REFUSED',
  kind: 'operational' as const,
  detail: 'Try again.',
  microsoft: { code: 'AADSTS50105', message: 'Not assigned.', correlationId: 'c-1', time: null },
  requestId: 'r-1',
}

test('the reference of a problem names the codes and the correlation id for support', () => {
  assert.equal(
    problemReference(problem),
    'MSG_REFUSED · Microsoft: AADSTS50105 · Correlation id: c-1 · Request: r-1',
  )
})

test('only data in the shape of problem details counts as a problem', () => {
  assert.equal(isProblem(problem), true)
  assert.equal(isProblem({ message: 'no' }), false)
  assert.equal(isProblem(null), false)
})

test('an unexpected error of the console says what to do', () => {
  assert.match(problemOf(new Error('boom')).detail, /Reload the page.*boom/)
})
