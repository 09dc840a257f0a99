import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isProblem, problemOf, problemReference, supportDetails } from '../../console/src/api/problem.ts'

const problem = {
  type: 'about:blank',
  title: 'Microsoft refused the sign-in.',
  status: 502,
  code: 'MSG_REFUSED',
  kind: 'operational' as const,
  detail: 'Try again.',
  why: 'Only assigned users may.',
  microsoft: {
    code: 'AADSTS50105',
    message: 'Not assigned.',
    correlationId: 'c-1',
    requestId: 't-1',
    time: null,
  },
  requestId: 'r-1',
}

test('what support asks for is listed in order, and what Microsoft did not say is left out', () => {
  assert.deepEqual(
    supportDetails(problem).map(({ name, value }) => `${name}: ${value}`),
    [
      'error: AADSTS50105',
      'message: Not assigned.',
      'correlationId: c-1',
      'requestId: t-1',
      'reference: MSG_REFUSED · Request: r-1',
    ],
  )
  const { microsoft: _, ...own } = problem
  assert.deepEqual(supportDetails(own), [])
  assert.equal(problemReference(own), 'MSG_REFUSED · Request: r-1')
})

test('only data in the shape of problem details counts as a problem', () => {
  assert.equal(isProblem(problem), true)
  assert.equal(isProblem({ message: 'no' }), false)
  assert.equal(isProblem(null), false)
})

test('an unexpected error of the console says what to do', () => {
  assert.match(problemOf(new Error('boom')).detail, /Reload the page.*boom/)
})
