/** What attackers send, in every parameter and field that the API describes. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { faultsOf, inAddresses, inBodies, inQueries } from './hostile-walk.ts'
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
