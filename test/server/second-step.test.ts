/** Signing in by two steps through the API: what the time between reaches, what is told to whom, what the audit trail holds. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type {
  AccessToken,
  NewAuthenticator,
  NewRecoveryCodes,
  Problem,
  SecondStepNeeded,
  SessionView,
} from '../../src/contract/index.ts'
import { appCode } from '../security/authenticator-app.ts'
import { movableClock } from '../security/clock.ts'
import { createTestServer, testOperator } from '../server.ts'

const base = '/api/v1'
const proof = { password: testOperator.password }

async function enrolled(t: TestContext) {
  const clock = movableClock()
  const server = await createTestServer({ clock })
  t.after(server.stop)
  const { app, signIn } = server
  const { headers } = await signIn()
  const send = (
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    payload?: object,
    more: Record<string, string> = headers,
  ) => app.inject({ method, url: `${base}${path}`, headers: more, ...(payload && { payload }) })
  const begun = await send('POST', '/account/authenticator', { proof })
  const { key } = begun.json<NewAuthenticator>()
  const confirmed = await send('PUT', '/account/authenticator', { code: appCode(key, clock.now()) })
  const { recoveryCodes } = confirmed.json<NewRecoveryCodes>()
  clock.move(30_000)
  const giveInPassword = async () => {
    const answer = await send('POST', '/session', testOperator, {})
    return { answer, cookie: answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }
  }
  const entries = () =>
    server.database.db
      .selectFrom('audit_entries')
      .select(['action', 'actor_name', 'outcome', 'details'])
      .orderBy('sequence')
      .execute()
  const code = () => appCode(key, clock.now())
  return { ...server, clock, send, code, giveInPassword, entries, recoveryCodes: recoveryCodes ?? [] }
}

test('after the password comes the code, in the browser that gave the password and nowhere else', async (t) => {
  const { send, code, clock, giveInPassword } = await enrolled(t)
  const { answer, cookie } = await giveInPassword()
  assert.equal(answer.statusCode, 202)
  const { secondStep, token } = answer.json<SecondStepNeeded>()
  assert.deepEqual(secondStep.methods, ['code', 'recovery-code'])
  assert.equal(token, null)
  const [set] = answer.cookies
  assert.deepEqual([set?.httpOnly, set?.sameSite, set?.path], [true, 'Strict', '/api/v1/session'])
  assert.equal(answer.cookies.length, 1, 'no session yet')

  const elsewhere = await send('POST', '/session/second-step', { code: code() }, {})
  assert.equal(elsewhere.json<Problem>().code, 'SEC_SECOND_STEP_OVER')
  const wrong = await send('POST', '/session/second-step', { code: '000 00x' }, { cookie })
  assert.equal(wrong.json<Problem>().code, 'SEC_CODE_WRONG')
  const right = await send('POST', '/session/second-step', { code: code() }, { cookie })
  assert.equal(right.statusCode, 201)
  assert.equal(right.json<SessionView>().operator.userName, testOperator.userName)
  const session = right.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  assert.equal((await send('GET', '/status', undefined, { cookie: session })).statusCode, 200)
  clock.move(30_000)
  const again = await send('POST', '/session/second-step', { code: code() }, { cookie })
  assert.equal(again.json<Problem>().code, 'SEC_SECOND_STEP_OVER')
})

test('the token of the second step opens no route', async (t) => {
  const { app, send, giveInPassword } = await enrolled(t)
  const { cookie } = await giveInPassword()
  const bearer = (await send('POST', '/session/token', testOperator, {})).json<SecondStepNeeded>().token ?? ''
  const token = cookie.split('=')[1] ?? ''
  let asked = 0
  for (const [url, operations] of Object.entries(app.swagger().paths ?? {})) {
    for (const [method, operation] of Object.entries(
      operations as Record<string, { security?: unknown[] }>,
    )) {
      if (operation.security !== undefined) continue
      for (const headers of [
        { cookie },
        { cookie: `bdrcloud_session=${token}` },
        { cookie: `bdrcloud_session=${bearer}` },
        { authorization: `Bearer ${token}` },
        { authorization: `Bearer ${bearer}` },
      ]) {
        const answer = await app.inject({
          method: method.toUpperCase() as 'GET',
          url: url.replaceAll(/\{\w+\}/g, 'x'),
          headers,
        })
        assert.equal(answer.statusCode, 401, `${method} ${url}`)
        asked += 1
      }
    }
  }
  assert.ok(asked > 100, String(asked))
})

test('programs send their token with the code, and a recovery code works as well, once', async (t) => {
  const { send, recoveryCodes } = await enrolled(t)
  const first = await send('POST', '/session/token', testOperator, {})
  assert.equal(first.statusCode, 202)
  const { token } = first.json<SecondStepNeeded>()
  const [code] = recoveryCodes
  const both = await Promise.all(
    [1, 2].map(() => send('POST', '/session/token/second-step', { token, code }, {})),
  )
  assert.deepEqual(
    both.map(({ statusCode }) => statusCode).sort((a, b) => a - b),
    [201, 403],
  )
  const access = both.find(({ statusCode }) => statusCode === 201)?.json<AccessToken>()
  const authorization = `Bearer ${access?.token}`
  const account = await send('GET', '/account/security', undefined, { authorization })
  assert.equal(account.json<{ recoveryCodesLeft: number }>().recoveryCodesLeft, 9)
})

test('who does not know the password learns nothing of second factors', async (t) => {
  const { send } = await enrolled(t)
  const answers = []
  for (const userName of [testOperator.userName, 'nobody-at-all']) {
    const answer = await send('POST', '/session', { userName, password: 'not the pass phrase' }, {})
    const { requestId: _, ...problem } = answer.json<Problem>()
    answers.push([answer.statusCode, problem, answer.cookies])
  }
  assert.deepEqual(answers[0], answers[1])
})

test('a new password by link does not get around the second step', async (t) => {
  const { send, security, code } = await enrolled(t)
  const [operator] = (await security.directory.list({})).items
  const { token } = await security.directory.issueLink(operator?.id ?? '')
  const password = 'another good pass phrase'
  const accepted = await send('POST', '/operator-links/accept', { token, password }, {})
  assert.equal(accepted.statusCode, 202)
  const cookie = accepted.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  assert.equal((await send('GET', '/status', undefined, { cookie })).statusCode, 401)
  assert.equal((await send('POST', '/session/second-step', { code: code() }, { cookie })).statusCode, 201)
})

test('setting up and taking off ask for proof, and the trail tells of each, and of failed and recovered steps', async (t) => {
  const { send, code, clock, giveInPassword, entries, recoveryCodes } = await enrolled(t)
  const { cookie } = await giveInPassword()
  await send('POST', '/session/second-step', { code: '000 00x' }, { cookie })
  const done = await send('POST', '/session/second-step', { code: recoveryCodes[1] }, { cookie })
  const { csrfToken, proof: ways } = done.json<SessionView>()
  assert.deepEqual(ways, {
    password: true,
    code: true,
    passkey: false,
    both: false,
    freshSignIn: false,
    fresh: false,
    provider: null,
  })
  const session = done.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const headers = { cookie: session, 'x-csrf-token': csrfToken }
  for (const path of [
    '/account/authenticator',
    '/account/authenticator/removal',
    '/account/recovery-codes',
  ]) {
    const refused = await send('POST', path, { proof: {} }, headers)
    assert.equal(refused.json<Problem>().code, 'SEC_PROOF_MISSING', path)
  }
  clock.move(30_000)
  const renewed = await send('POST', '/account/recovery-codes', { proof: { code: code() } }, headers)
  assert.equal(renewed.statusCode, 201)
  assert.equal((await send('POST', '/account/authenticator/removal', { proof }, headers)).statusCode, 204)
  assert.equal((await giveInPassword()).answer.statusCode, 201)

  const trail = await entries()
  const told = trail.map(({ action, outcome, details, actor_name }) => {
    const { method, secondStep } = JSON.parse(details) as { method?: string; secondStep?: string }
    return [action, outcome, method ?? secondStep ?? '', actor_name].join(' ')
  })
  for (const entry of [
    'beginAuthenticator done  ada',
    'confirmAuthenticator done  ada',
    'signIn done to come ada',
    'completeSignIn refused  ada',
    'completeSignIn done recovery-code ada',
    'renewRecoveryCodes done  ada',
    'removeAuthenticator refused  ada',
    'removeAuthenticator done  ada',
  ]) {
    assert.ok(told.includes(entry), `${entry} is not in\n${told.join('\n')}`)
  }
  const everything = JSON.stringify(trail)
  for (const secret of [...recoveryCodes, proof.password]) assert.ok(!everything.includes(secret))
})

test('an owner takes off the second factors of another, which signs them out', async (t) => {
  const server = await createTestServer()
  t.after(server.stop)
  const { headers } = await server.signIn()
  const { operator, token } = await server.security.directory.invite({ userName: 'grace', role: 'auditor' })
  const view = await server.security.directory.acceptLink(token, 'a pass phrase of her own')
  const { key } = await server.security.factors.beginAuthenticator(view)
  await server.security.factors.confirmAuthenticator(view.id, appCode(key, Date.now()))
  const hers = await server.security.sessions.start(view, 'bearer')
  const url = `${base}/operators/${operator.id}/second-factors/removal`
  const without = await server.app.inject({ method: 'POST', url, headers, payload: { proof: {} } })
  assert.equal(without.json<Problem>().code, 'SEC_PROOF_MISSING')
  const removed = await server.app.inject({ method: 'POST', url, headers, payload: { proof } })
  assert.deepEqual(removed.json<{ secondFactors: object }>().secondFactors, {
    authenticator: false,
    passkeys: 0,
  })
  assert.equal(await server.security.sessions.find(hers.token, 'bearer'), null)
})
