/** Passkeys through the API, with a device of our own that can misbehave; the real browser is in `test/e2e`. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type {
  AccountSecurity,
  AddedPasskey,
  PasskeyOptions,
  PasskeyView,
  Problem,
  SecondStepNeeded,
  SessionView,
} from '../../src/contract/index.ts'
import { movableClock } from '../security/clock.ts'
import { type Misbehaviour, passkeyDevice } from '../security/passkey-device.ts'
import { createTestServer, testOperator } from '../server.ts'

const base = '/api/v1'
const host = 'localhost:8080'
const here = { rpId: 'localhost', origin: `http://${host}` }
const proof = { password: testOperator.password }
type Method = 'GET' | 'POST' | 'PATCH'

async function fixture(t: TestContext, allowedHosts: string[] = []) {
  const clock = movableClock()
  const server = await createTestServer({ clock, allowedHosts })
  t.after(server.stop)
  const { headers } = await server.signIn()
  const send = (method: Method, path: string, payload?: object, more: Record<string, string> = headers) =>
    server.app.inject({
      method,
      url: `${base}${path}`,
      headers: { host, ...more },
      ...(payload && { payload }),
    })
  const problem = async (answer: ReturnType<typeof send>) => (await answer).json<Problem>().code
  const cookiesOf = (answer: Awaited<ReturnType<typeof send>>) => ({
    cookie: answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
  })
  const challengeAt = async (path: string, payload: object = {}, more = headers) => {
    const answer = await send('POST', path, payload, more)
    return { challenge: answer.json<PasskeyOptions>().challenge, ...cookiesOf(answer) }
  }
  async function add(name: string, device = passkeyDevice(here)) {
    const { challenge } = await challengeAt('/account/passkeys/options', { proof })
    const added = await send('POST', '/account/passkeys', { name, response: device.register(challenge) })
    assert.equal(added.statusCode, 201, added.body)
    return { device, ...added.json<AddedPasskey>() }
  }
  /** A sign-in by the passkey alone, as a browser that has no session. */
  async function signInBy(device: ReturnType<typeof passkeyDevice>, wrong: Misbehaviour = {}) {
    const { challenge, cookie } = await challengeAt('/session/passkey-options', {}, {})
    return send('POST', '/session/passkey', device.answer(challenge, wrong), { cookie })
  }
  return { ...server, clock, headers, send, problem, cookiesOf, challengeAt, add, signInBy }
}

test('a passkey is added with proof, signs in without a user name, is renamed and removed', async (t) => {
  const { send, problem, add, signInBy, cookiesOf } = await fixture(t)
  assert.equal(await problem(send('POST', '/account/passkeys/options', { proof: {} })), 'SEC_PROOF_MISSING')
  const { device, passkey, recoveryCodes } = await add('Laptop')
  assert.deepEqual([passkey.name, passkey.host, passkey.lastUsedAt], ['Laptop', 'localhost', null])
  assert.equal(recoveryCodes?.length, 10)
  assert.equal((await add('Phone')).recoveryCodes, null)

  const signedIn = await signInBy(device)
  assert.equal(signedIn.statusCode, 201, signedIn.body)
  const view = signedIn.json<SessionView>()
  assert.deepEqual([view.operator.userName, view.proof.passkey], [testOperator.userName, true])
  assert.equal((await send('GET', '/status', undefined, cookiesOf(signedIn))).statusCode, 200)

  const renamed = await send('PATCH', `/account/passkeys/${passkey.id}`, { name: 'Old laptop' })
  assert.equal(renamed.json<PasskeyView>().name, 'Old laptop')
  const removal = `/account/passkeys/${passkey.id}/removal`
  assert.equal(await problem(send('POST', removal, { proof: {} })), 'SEC_PROOF_MISSING')
  assert.equal((await send('POST', removal, { proof })).statusCode, 204)
  assert.equal((await signInBy(device)).json<Problem>().code, 'SEC_PASSKEY_REFUSED')
  const left = (await send('GET', '/account/security')).json<AccountSecurity>()
  assert.deepEqual(
    left.passkeys.map(({ name }) => name),
    ['Phone'],
  )
})

test('a challenge is answered once, by the browser that asked, for what it was asked for, within five minutes', async (t) => {
  const { send, problem, add, challengeAt, clock } = await fixture(t)
  const { device } = await add('Laptop')
  const first = await challengeAt('/session/passkey-options', {}, {})
  const answer = device.answer(first.challenge)
  assert.equal(await problem(send('POST', '/session/passkey', answer, {})), 'SEC_PASSKEY_OVER')
  const other = await challengeAt('/session/passkey-options', {}, {})
  assert.equal(
    await problem(send('POST', '/session/passkey', answer, { cookie: other.cookie })),
    'SEC_PASSKEY_OVER',
  )
  const results = await Promise.all(
    [1, 2, 3].map(() => send('POST', '/session/passkey', answer, { cookie: first.cookie })),
  )
  assert.deepEqual(
    results.map(({ statusCode }) => statusCode).sort((a, b) => a - b),
    [201, 403, 403],
  )

  const late = await challengeAt('/session/passkey-options', {}, {})
  clock.move(5 * 60_000)
  assert.equal(
    await problem(send('POST', '/session/passkey', device.answer(late.challenge), { cookie: late.cookie })),
    'SEC_PASSKEY_OVER',
  )
  // That of a proof signs nobody in.
  const forProof = await challengeAt('/account/proof/passkey-options')
  const { cookie } = await challengeAt('/session/passkey-options', {}, {})
  assert.equal(
    await problem(send('POST', '/session/passkey', device.answer(forProof.challenge), { cookie })),
    'SEC_PASSKEY_OVER',
  )
})

test('another site, another host, no PIN, a counter that goes back and a foreign signature are refused', async (t) => {
  const { add, signInBy, challengeAt, send } = await fixture(t)
  const { device } = await add('Laptop')
  assert.equal((await signInBy(device)).statusCode, 201)
  const wrongs: Misbehaviour[] = [
    { origin: 'https://localhost.evil.example' },
    { origin: 'http://localhost:9090' },
    { rpId: 'evil.example' },
    { unverified: true },
    { type: 'webauthn.create' },
    { counter: 1 },
  ]
  for (const wrong of wrongs) {
    const answer = await signInBy(device, wrong)
    assert.equal(answer.statusCode, 403, JSON.stringify(wrong))
    assert.equal(answer.json<Problem>().code, 'SEC_PASSKEY_REFUSED', JSON.stringify(wrong))
  }
  const { challenge, cookie } = await challengeAt('/session/passkey-options', {}, {})
  const forged = { ...passkeyDevice(here).answer(challenge), id: device.id, rawId: device.id }
  assert.equal(
    (await send('POST', '/session/passkey', forged, { cookie })).json<Problem>().code,
    'SEC_PASSKEY_REFUSED',
  )
  assert.equal((await signInBy(device, { counter: 50 })).statusCode, 201)
  assert.equal((await signInBy(passkeyDevice(here))).json<Problem>().code, 'SEC_PASSKEY_REFUSED')
})

test('a passkey is the second step after the password, and proof', async (t) => {
  const { send, problem, add, challengeAt, cookiesOf, headers, database } = await fixture(t)
  const { device } = await add('Laptop')
  const first = await send('POST', '/session', testOperator, {})
  assert.equal(first.statusCode, 202)
  assert.deepEqual(first.json<SecondStepNeeded>().secondStep.methods, ['passkey', 'recovery-code'])
  const cookies = cookiesOf(first)
  const { challenge } = await challengeAt('/session/second-step/passkey-options', {}, cookies)
  const passkey = device.answer(challenge)
  assert.equal(await problem(send('POST', '/session/second-step', { passkey }, {})), 'SEC_SECOND_STEP_OVER')
  const done = await send('POST', '/session/second-step', { passkey }, cookies)
  assert.equal(done.statusCode, 201, done.body)
  assert.equal(
    await problem(send('POST', '/session/second-step', { passkey }, cookies)),
    'SEC_SECOND_STEP_OVER',
  )

  const asked = await challengeAt('/account/proof/passkey-options')
  const proved = { proof: { passkey: device.answer(asked.challenge) } }
  assert.equal((await send('POST', '/account/recovery-codes', proved)).statusCode, 201)
  assert.equal(await problem(send('POST', '/account/recovery-codes', proved)), 'SEC_PASSKEY_OVER')
  // A challenge of one session is not that of another.
  const again = await challengeAt('/account/proof/passkey-options')
  const theirs = { proof: { passkey: device.answer(again.challenge) } }
  const other = { ...cookiesOf(done), 'x-csrf-token': done.json<SessionView>().csrfToken }
  assert.notDeepEqual(other, headers)
  assert.equal(await problem(send('POST', '/account/recovery-codes', theirs, other)), 'SEC_PASSKEY_OVER')

  const trail = await database.db.selectFrom('audit_entries').select(['action', 'details']).execute()
  const steps = trail.filter(({ action }) => action === 'completeSignIn')
  assert.ok(steps.some(({ details }) => details.includes('"method":"passkey"')))
  assert.ok(trail.some(({ action, details }) => action === 'addPasskey' && details.includes('Laptop')))
})

test('where passkeys cannot work the reason is told, and those of another name are not asked for', async (t) => {
  const { send, problem, add, signInBy } = await fixture(t, ['backup.example'])
  const { device } = await add('Laptop')
  const at = async (name: string) =>
    (await send('POST', '/session/passkey-options', {}, { host: name })).json<Problem>()
  assert.match((await at('127.0.0.1:8080')).why ?? '', /IP address/)
  assert.match((await at('[::1]:8080')).why ?? '', /IP address/)
  assert.match((await at('backup.example')).why ?? '', /https only/)
  assert.equal(
    (await signInBy(device, { origin: 'https://backup.example', rpId: 'backup.example' })).statusCode,
    403,
  )
  const first = await send('POST', '/session', testOperator, { host: 'backup.example' })
  assert.deepEqual(first.json<SecondStepNeeded>().secondStep.methods, ['recovery-code'])
  assert.equal(await problem(send('POST', '/session/passkey', { nonsense: true }, {})), 'SRV_INVALID_INPUT')
})
