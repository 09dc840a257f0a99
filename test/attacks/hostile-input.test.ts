/** What attackers send, in every parameter and field that the API describes. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fuzzOptions } from '../fuzz/fuzz.ts'
import { faultsOf, inAddresses, inBodies, inQueries } from './hostile-walk.ts'
import { madeUp } from './made-up.ts'
import { type Browser, startTarget, type Target } from './target.ts'
import { worstTexts, worstValues } from './values.ts'

let target: Target
let browser: Browser

before(async () => {
  target = await startTarget()
  browser = await target.signIn()
})
after(() => target?.stop())

test('hostile texts in the query of every route get an answer of the catalogue', async () => {
  const attempts = inQueries(target, worstTexts)
  assert.ok(attempts.length > 300, `${attempts.length} attempts`)
  assert.deepEqual(await faultsOf(target, browser, attempts), [])
})

test('hostile texts in every place of every address get an answer of the catalogue', async () => {
  assert.deepEqual(await faultsOf(target, browser, inAddresses(target)), [])
})

test('hostile texts and values in every field of every body get an answer of the catalogue', async () => {
  const attempts = inBodies(target, [...worstTexts, ...worstValues], 2)
  assert.ok(attempts.length > 300, `${attempts.length} attempts`)
  assert.deepEqual(await faultsOf(target, browser, attempts), [])
})

test('requests made up from the descriptions of all routes get an answer of the catalogue, and some are served', async () => {
  const attempts = madeUp(target, fuzzOptions(4, 1))
  assert.ok(attempts.length > 300, `${attempts.length} attempts`)
  const codes = new Map<string, number>()
  const faults = await faultsOf(target, browser, attempts, (status, code) => {
    const kind = status < 300 ? 'served' : code
    codes.set(kind, (codes.get(kind) ?? 0) + 1)
  })
  assert.deepEqual(faults, [])
  // Not all of them are stopped at the door: what fits the description reaches the rooms behind.
  assert.ok((codes.get('served') ?? 0) > attempts.length / 20, JSON.stringify([...codes]))
  assert.ok(codes.size > 15, JSON.stringify([...codes]))
})
