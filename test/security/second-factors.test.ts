/** Authenticator app, recovery codes and the second step, against a real database, with codes from another implementation. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { isAppError } from '../../src/errors/index.ts'
import { createSecretBox, createSecurity } from '../../src/security/index.ts'
import { createTestDatabase } from '../database.ts'
import { appCode } from './authenticator-app.ts'
import { movableClock } from './clock.ts'

const password = 'correct horse battery'
const minute = 60_000
const step = 30_000
const withCode = (code: string) => (error: unknown) => isAppError(error, code)

async function fixture() {
  const { db, drop } = await createTestDatabase()
  const clock = movableClock()
  const secrets = createSecretBox(Buffer.alloc(32, 5))
  const security = createSecurity({ db, clock, secrets, instanceName: 'bdrcloud-test' })
  const owner = await security.setup.createFirstOperator((await security.setup.issue()) ?? '', {
    userName: 'ada',
    password,
  })
  async function enrol() {
    const { key } = await security.factors.beginAuthenticator(owner)
    const codes = await security.factors.confirmAuthenticator(owner.id, appCode(key, clock.now()))
    clock.move(step)
    return { key, codes: codes ?? [] }
  }
  return { db, clock, ...security, owner, enrol, [Symbol.asyncDispose]: drop }
}

test('an authenticator app is in use once a code has shown that it holds the key', async () => {
  await using f = await fixture()
  const { factors, owner } = f
  assert.equal(await factors.beginStep(owner.id, 'cookie', null), null)
  await assert.rejects(
    factors.confirmAuthenticator(owner.id, '123456'),
    withCode('SEC_AUTHENTICATOR_NOT_BEGUN'),
  )
  const first = await factors.beginAuthenticator(owner)
  assert.match(first.address, /^otpauth:\/\/totp\/BDRCloud%20Server%20test:ada\?/)
  assert.ok(first.address.includes(`secret=${first.key}`) && first.address.includes('period=30'))
  const second = await factors.beginAuthenticator(owner)
  await assert.rejects(
    factors.confirmAuthenticator(owner.id, appCode(first.key, f.clock.now())),
    withCode('SEC_CODE_WRONG'),
  )
  f.clock.move(15 * minute)
  await assert.rejects(
    factors.confirmAuthenticator(owner.id, appCode(second.key, f.clock.now())),
    withCode('SEC_AUTHENTICATOR_NOT_BEGUN'),
  )
  assert.equal((await factors.ofAccount(owner.id)).authenticator, null)
  const { codes } = await f.enrol()
  assert.equal(codes.length, 10)
  assert.equal((await factors.ofAccount(owner.id)).recoveryCodesLeft, 10)
  // Another app takes the place of the first, and the recovery codes stay.
  const other = await factors.beginAuthenticator(owner)
  assert.equal(await factors.confirmAuthenticator(owner.id, appCode(other.key, f.clock.now())), null)
})

test('the key is nowhere in the database, nor are recovery codes', async () => {
  await using f = await fixture()
  const { key, codes } = await f.enrol()
  const rows = JSON.stringify([
    await f.db.selectFrom('authenticators').selectAll().execute(),
    await f.db.selectFrom('recovery_codes').selectAll().execute(),
  ])
  for (const secret of [key, ...codes]) {
    assert.ok(!rows.includes(secret) && !rows.includes(JSON.stringify(Buffer.from(secret)).slice(20, 60)))
  }
})

test('a code counts one step early or late, once, and never an older one after it', async () => {
  await using f = await fixture()
  const { key } = await f.enrol()
  const takeCode = (operatorId: string, code: string) => f.factors.takeCode(operatorId, code)
  const at = (steps: number) => appCode(key, f.clock.now() + steps * step)
  await assert.rejects(takeCode(f.owner.id, at(-2)), withCode('SEC_CODE_WRONG'))
  await assert.rejects(takeCode(f.owner.id, at(2)), withCode('SEC_CODE_WRONG'))
  assert.equal(await takeCode(f.owner.id, at(0).replace(/^.../, '$& ')), 'code')
  await assert.rejects(takeCode(f.owner.id, at(0)), withCode('SEC_CODE_WRONG'))
  await assert.rejects(takeCode(f.owner.id, at(-1)), withCode('SEC_CODE_WRONG'))
  assert.equal(await takeCode(f.owner.id, at(1)), 'code')
  f.clock.move(step)
  await assert.rejects(takeCode(f.owner.id, at(0)), withCode('SEC_CODE_WRONG'))
})

test('of many who give the same code at once, one is let in; the same with a recovery code', async () => {
  await using f = await fixture()
  const { key, codes } = await f.enrol()
  for (const code of [appCode(key, f.clock.now()), codes[0] ?? '']) {
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => f.factors.takeCode(f.owner.id, code)),
    )
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    f.clock.move(60 * minute)
  }
  assert.equal((await f.factors.ofAccount(f.owner.id)).recoveryCodesLeft, 9)
})

test('a recovery code works once, however it is typed, and not after new ones were made', async () => {
  await using f = await fixture()
  const { codes } = await f.enrol()
  const [first = '', second = ''] = codes
  assert.match(first, /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)
  const typed = first.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')
  assert.equal(await f.factors.takeCode(f.owner.id, typed), 'recovery-code')
  await assert.rejects(f.factors.takeCode(f.owner.id, first), withCode('SEC_CODE_WRONG'))
  const renewed = await f.factors.renewRecoveryCodes(f.owner.id)
  await assert.rejects(f.factors.takeCode(f.owner.id, second), withCode('SEC_CODE_WRONG'))
  assert.equal(await f.factors.takeCode(f.owner.id, renewed[0] ?? ''), 'recovery-code')
})

test('after five wrong codes the second step waits; giving the password again does not shorten it', async () => {
  await using f = await fixture()
  const { key } = await f.enrol()
  const wrong = String((Number(appCode(key, f.clock.now())) + 1) % 1_000_000).padStart(6, '0')
  const tries = await Promise.allSettled(
    Array.from({ length: 8 }, () => f.factors.takeCode(f.owner.id, wrong === '000000' ? '000002' : wrong)),
  )
  const codes = tries.map((one) =>
    one.status === 'rejected' && isAppError(one.reason) ? one.reason.code : '',
  )
  assert.equal(codes.filter((code) => code === 'SEC_CODE_WRONG').length, 5)
  assert.equal(codes.filter((code) => code === 'SEC_SIGN_IN_THROTTLED').length, 3)
  await f.operators.authenticate({ userName: 'ada', password })
  await assert.rejects(
    f.factors.takeCode(f.owner.id, appCode(key, f.clock.now())),
    withCode('SEC_SIGN_IN_THROTTLED'),
  )
  f.clock.move(15_000)
  assert.equal(await f.factors.takeCode(f.owner.id, appCode(key, f.clock.now())), 'code')
})

test('the second step lasts five minutes, ends once, and ends with what ends sessions', async () => {
  await using f = await fixture()
  const { key } = await f.enrol()
  const { factors, owner } = f
  const begin = async () => (await factors.beginStep(owner.id, 'cookie', null))?.token ?? ''
  const now = () => appCode(key, f.clock.now())

  const late = await begin()
  f.clock.move(5 * minute)
  await assert.rejects(
    factors.completeStep(late, 'cookie', { code: now() }, null),
    withCode('SEC_SECOND_STEP_OVER'),
  )
  const once = await begin()
  await assert.rejects(
    factors.completeStep(once, 'bearer', { code: now() }, null),
    withCode('SEC_SECOND_STEP_OVER'),
  )
  assert.equal(await factors.completeStep(once, 'cookie', { code: now() }, null), 'code')
  f.clock.move(step)
  await assert.rejects(
    factors.completeStep(once, 'cookie', { code: now() }, null),
    withCode('SEC_SECOND_STEP_OVER'),
  )
  const stored = await f.db.selectFrom('pending_sign_ins').select('token_hash').execute()
  assert.ok(stored.every((row) => !row.token_hash.includes(late.slice(5, 20))))

  const before = await begin()
  await f.directory.changePassword(owner.id, password, 'another good pass phrase', randomUUID())
  await assert.rejects(factors.pending(before, 'cookie'), withCode('SEC_SECOND_STEP_OVER'))
  f.clock.move(5 * minute)
  await f.sweep()
  assert.deepEqual(await f.db.selectFrom('pending_sign_ins').select('kind').execute(), [])
})

test('a lost second factor is taken off by an owner, or by whoever holds the server; the password is needed still', async () => {
  await using f = await fixture()
  const { token } = await f.sessions.start(f.owner, 'cookie')
  await f.enrol()
  await f.directory.removeSecondFactors(f.owner.id)
  assert.equal(await f.sessions.find(token, 'cookie'), null)
  assert.equal(await f.factors.beginStep(f.owner.id, 'cookie', null), null)
  assert.deepEqual(await f.factors.ofAccount(f.owner.id), {
    authenticator: null,
    recoveryCodesLeft: 0,
    passkeys: [],
  })
  await f.enrol()
  await f.directory.issueLinkFor('ADA')
  assert.equal(await f.factors.beginStep(f.owner.id, 'cookie', null), null)
  await assert.rejects(
    f.operators.authenticate({ userName: 'ada', password: 'not the pass phrase' }),
    withCode('SEC_SIGN_IN_FAILED'),
  )
})

test('proof: the password or a code; wrong ones are refused although the other is right', async () => {
  await using f = await fixture()
  const { key } = await f.enrol()
  const { session } = await f.sessions.start(f.owner, 'cookie')
  const prover = { operatorId: f.owner.id, sessionId: session.id, place: null }
  await f.proofs.require(prover, { password })
  await f.proofs.require(prover, { code: appCode(key, f.clock.now()) })
  await assert.rejects(f.proofs.require(prover, {}), withCode('SEC_PROOF_MISSING'))
  f.clock.move(step)
  await assert.rejects(
    f.proofs.require(prover, { password: 'wrong', code: appCode(key, f.clock.now()) }),
    withCode('SEC_PASSWORD_WRONG'),
  )
  await assert.rejects(f.proofs.require(prover, { password, code: '000000x' }), withCode('SEC_CODE_WRONG'))
})

test('proof: who has neither password nor factor proves themselves by a sign-in of the last five minutes', async () => {
  await using f = await fixture()
  const { operator } = await f.directory.invite({ userName: 'grace', role: 'auditor' })
  const { session } = await f.sessions.start(operator, 'cookie')
  const prover = { operatorId: operator.id, sessionId: session.id, place: null }
  assert.equal((await f.proofs.ways(prover)).freshSignIn, true)
  await f.proofs.require(prover, {})
  f.clock.move(5 * minute)
  await assert.rejects(f.proofs.require(prover, {}), withCode('SEC_PROOF_MISSING'))
  assert.equal((await f.proofs.ways({ ...prover, operatorId: f.owner.id })).freshSignIn, false)
})
