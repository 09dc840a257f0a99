/** A role that needs a second factor: what answers to who has none, and what proof is asked for afterwards. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NewAuthenticator, Problem, SessionView } from '../../src/contract/index.ts'
import { withoutSecondFactor } from '../../src/server/rights.ts'
import { appCode } from '../security/authenticator-app.ts'
import { movableClock } from '../security/clock.ts'
import { createTestServer, testOperator } from '../server.ts'

const base = '/api/v1'
const proof = { password: testOperator.password }

test('who has none reaches nothing but what sets one up, in open sessions too, and everything after it', async (t) => {
  const clock = movableClock()
  const { app, signIn, stop } = await createTestServer({ clock })
  t.after(stop)
  const { headers, session } = await signIn()
  assert.equal(session.secondFactorMissing, false)
  const send = (method: 'GET' | 'POST' | 'PUT', path: string, payload?: object) =>
    app.inject({ method, url: `${base}${path}`, headers, ...(payload && { payload }) })
  const refused = await send('PUT', '/settings/second-factor', { requiredFor: ['owner'] })
  assert.equal(refused.json<Problem>().code, 'SEC_PROOF_MISSING')
  const set = await send('PUT', '/settings/second-factor', { requiredFor: ['owner'], proof })
  assert.deepEqual(set.json(), { requiredFor: ['owner'] })

  const walked: string[] = []
  for (const [url, operations] of Object.entries(app.swagger().paths ?? {})) {
    for (const [method, { operationId = '', security }] of Object.entries(
      operations as Record<string, { operationId?: string; security?: unknown[] }>,
    )) {
      if (security !== undefined || withoutSecondFactor.has(operationId)) continue
      const answer = await app.inject({
        method: method.toUpperCase() as 'GET',
        url: url.replaceAll(/\{\w+\}/g, '5b1f31a8-4f5b-4c6b-9b0a-0a6d5d8d7c11'),
        headers,
      })
      assert.equal(answer.json<Problem>().code, 'SRV_SECOND_FACTOR_MISSING', operationId)
      walked.push(operationId)
    }
  }
  assert.ok(walked.length > 20 && walked.includes('getStatus') && walked.includes('inviteOperator'))

  const again = await app.inject({ method: 'POST', url: `${base}/session`, payload: testOperator })
  assert.equal(again.statusCode, 201)
  assert.equal(again.json<SessionView>().secondFactorMissing, true)
  const { key } = (await send('POST', '/account/authenticator', { proof })).json<NewAuthenticator>()
  await send('PUT', '/account/authenticator', { code: appCode(key, clock.now()) })
  assert.equal((await send('GET', '/status')).statusCode, 200)
  const { proof: ways, secondFactorMissing } = (await send('GET', '/session')).json<SessionView>()
  assert.deepEqual([ways.both, secondFactorMissing], [true, false])

  clock.move(30_000)
  const alone = await send('POST', '/account/recovery-codes', { proof })
  assert.equal(alone.json<Problem>().code, 'SEC_PROOF_MISSING')
  const code = appCode(key, clock.now())
  const onlyCode = await send('POST', '/account/recovery-codes', { proof: { code } })
  assert.equal(onlyCode.json<Problem>().code, 'SEC_PROOF_MISSING')
  clock.move(30_000)
  const both = { proof: { ...proof, code: appCode(key, clock.now()) } }
  assert.equal((await send('POST', '/account/recovery-codes', both)).statusCode, 201)
})

test('other roles, and who has no password, are left alone', async (t) => {
  const { app, security, signIn, stop } = await createTestServer()
  t.after(stop)
  await signIn()
  await security.secondFactorPolicy.write(['auditor', 'auditor'])
  assert.deepEqual(await security.secondFactorPolicy.read(), ['auditor'])
  const { operator } = await security.directory.invite({ userName: 'grace', role: 'auditor' })
  const { session } = await security.sessions.start(operator, 'bearer')
  assert.equal(session.secondFactorMissing, false, 'without a password')
  const answer = await app.inject({ method: 'POST', url: `${base}/session`, payload: testOperator })
  assert.equal(answer.json<SessionView>().secondFactorMissing, false, 'another role')
})
