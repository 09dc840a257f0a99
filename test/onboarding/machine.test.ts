import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventAtStart, isOpen, next, openStates, transitions } from '../../src/onboarding/machine.ts'
import { budgetMs, waitMs } from '../../src/onboarding/patience.ts'

const events = Object.keys(transitions) as (keyof typeof transitions)[]

test('the way from started to saved is open, step by step', () => {
  const way = [
    'sign-in-started',
    'approval-needed',
    'sign-in-started',
    'administrator-signed-in',
    'granted',
    'created',
    'save-requested',
    'verified',
  ] as const
  let state: Parameters<typeof next>[0] = 'started'
  for (const event of way) {
    const to = next(state, event)
    assert.ok(to, `${event} in ${state}`)
    state = to
  }
  assert.equal(state, 'saved')
})

test('a final state is never left', () => {
  for (const state of ['saved', 'failed', 'cancelled', 'expired'] as const) {
    assert.equal(isOpen(state), false)
    for (const event of events) assert.equal(next(state, event), undefined, `${event} in ${state}`)
  }
})

test('nothing is granted, created or saved out of its turn', () => {
  for (const state of openStates) {
    assert.equal(next(state, 'granted') !== undefined, state === 'awaiting-grant')
    assert.equal(next(state, 'created') !== undefined, state === 'creating')
    assert.equal(next(state, 'verified') !== undefined, state === 'verifying')
  }
})

test('the way of the Device Code Process is open, step by step', () => {
  const way = [
    'code-asked-for',
    'code-ended',
    'approval-needed',
    'code-asked-for',
    'administrator-signed-in',
    'device-token-lost',
    'administrator-signed-in',
    'granted',
    'created',
  ] as const
  let state: Parameters<typeof next>[0] = 'started'
  for (const event of way) {
    const to = next(state, event)
    assert.ok(to, `${event} in ${state}`)
    state = to
  }
  assert.equal(state, 'completing')
})

test('the way of the Manual Process is open, step by step', () => {
  const way = [
    'details-given',
    'details-given',
    'save-requested',
    'verification-failed',
    'save-requested',
  ] as const
  let state: Parameters<typeof next>[0] = 'started'
  for (const event of way) {
    const to = next(state, event)
    assert.ok(to, `${event} in ${state}`)
    state = to
  }
  assert.equal(state, 'verifying')
})

test('after a restart no state waits for something that is gone', () => {
  for (const method of ['credential', 'device-code', 'manual'] as const) {
    for (const state of openStates) {
      const event = eventAtStart(state, method)
      if (event) assert.ok(next(state, event), `${event} in ${state}`)
    }
    assert.equal(eventAtStart('completing', method), undefined)
  }
  assert.equal(eventAtStart('creating', 'credential'), 'token-lost')
  assert.equal(eventAtStart('creating', 'device-code'), 'device-token-lost')
})

test('waits grow to 30 seconds, obey Microsoft when it asks for longer, and fit into the budget', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map((tries) => waitMs(tries)),
    [2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
  )
  assert.equal(waitMs(1, 45_000), 45_000)
  assert.ok(budgetMs >= 10 * waitMs(9))
})
