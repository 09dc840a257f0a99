import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAppError } from '../../src/errors/index.ts'
import { createSecretBox, createSecurity } from '../../src/security/index.ts'
import { createTestDatabase } from '../database.ts'
import { movableClock } from './clock.ts'

const password = 'correct horse battery'
const minute = 60_000

async function fixture() {
  const { db, drop } = await createTestDatabase()
  const clock = movableClock()
  return {
    db,
    clock,
    security: createSecurity({
      db,
      clock,
      secrets: createSecretBox(Buffer.alloc(32, 5)),
      instanceName: 'bdrcloud-test',
    }),
    [Symbol.asyncDispose]: drop,
  }
}
const withCode = (code: string) => (error: unknown) => isAppError(error, code)

test('the setup token makes one operator, once, within an hour', async () => {
  await using f = await fixture()
  const { setup } = f.security
  const first = (await setup.issue()) ?? ''
  const late = (await setup.issue()) ?? ''
  assert.ok(first.length >= 43 && first !== late)
  const operator = { userName: 'Ada', password }
  await assert.rejects(setup.createFirstOperator(first, operator), withCode('SEC_SETUP_TOKEN'))
  f.clock.move(60 * minute)
  await assert.rejects(setup.createFirstOperator(late, operator), withCode('SEC_SETUP_TOKEN'))
  const token = (await setup.issue()) ?? ''
  f.clock.move(60 * minute - 1)
  const results = await Promise.allSettled([
    setup.createFirstOperator(token, operator),
    setup.createFirstOperator(token, { userName: 'Eve', password }),
  ])
  assert.deepEqual(results.map((result) => result.status).sort(), ['fulfilled', 'rejected'])
  assert.equal(await setup.needed(), false)
  assert.equal(await setup.issue(), null)
  await assert.rejects(setup.createFirstOperator(token, operator), withCode('SEC_SETUP_DONE'))
})

test('passwords are kept as argon2id and compared without regard to the case of the name', async () => {
  await using f = await fixture()
  const { operators, setup } = f.security
  const created = await setup.createFirstOperator((await setup.issue()) ?? '', { userName: 'Ada', password })
  const { password_hash: hash } = await f.db.selectFrom('operators').selectAll().executeTakeFirstOrThrow()
  assert.match(hash ?? '', /^\$argon2id\$v=19\$m=65536,t=3,p=1\$/)
  assert.deepEqual(await operators.authenticate({ userName: 'aDA', password }), created)
  assert.equal(await operators.verifyPassword(created.id, password), true)
  assert.equal(await operators.verifyPassword(created.id, 'another one here'), false)
})

test('after five wrong tries an account waits, known or not, even with the right password', async () => {
  await using f = await fixture()
  const { operators, setup } = f.security
  await setup.createFirstOperator((await setup.issue()) ?? '', { userName: 'ada', password })
  for (const userName of ['ada', 'nobody']) {
    const answers: string[] = []
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const error = await operators
        .authenticate({ userName, password: 'wrong password' })
        .catch((e: unknown) => e)
      answers.push(isAppError(error) ? error.code : 'none')
    }
    assert.deepEqual(answers, [...Array(5).fill('SEC_SIGN_IN_FAILED'), 'SEC_SIGN_IN_THROTTLED'], userName)
  }
  await assert.rejects(
    operators.authenticate({ userName: 'ada', password }),
    withCode('SEC_SIGN_IN_THROTTLED'),
  )
  f.clock.move(15_000)
  assert.equal((await operators.authenticate({ userName: 'ada', password })).userName, 'ada')
})

test('many wrong tries at once do not slip through the throttle', async () => {
  await using f = await fixture()
  const { operators } = f.security
  const tries = await Promise.allSettled(
    Array.from({ length: 20 }, () => operators.authenticate({ userName: 'eve', password: 'guess again' })),
  )
  const failed = tries.filter(
    (one) => one.status === 'rejected' && isAppError(one.reason, 'SEC_SIGN_IN_FAILED'),
  )
  assert.equal(failed.length, 5)
})

test('sessions end by idleness, by age and by sign-out, and are stored hashed', async () => {
  await using f = await fixture()
  const { sessions, setup } = f.security
  const operator = await setup.createFirstOperator((await setup.issue()) ?? '', { userName: 'ada', password })
  const idle = await sessions.start(operator, 'cookie')
  const busy = await sessions.start(operator, 'cookie')
  const bearer = await sessions.start(operator, 'bearer')
  const stored = await f.db.selectFrom('sessions').select('token_hash').execute()
  assert.ok(stored.every((row) => !row.token_hash.includes(busy.token.slice(5, 20))))
  assert.equal(await sessions.find(busy.token, 'bearer'), null)
  assert.notEqual(idle.session.csrfToken, busy.session.csrfToken)

  for (let hours = 0; hours < 12; hours += 4) {
    assert.equal((await sessions.find(busy.token, 'cookie'))?.operator.userName, 'ada')
    f.clock.move(240 * minute)
  }
  assert.ok(await sessions.find(busy.token, 'cookie'))
  assert.equal(await sessions.find(idle.token, 'cookie'), null)
  assert.equal(await sessions.find(bearer.token, 'bearer'), null)
  for (let hours = 12; hours < 168; hours += 4) {
    assert.ok(await sessions.find(busy.token, 'cookie'))
    f.clock.move(240 * minute)
  }
  assert.equal(await sessions.find(busy.token, 'cookie'), null)

  const last = await sessions.start(operator, 'cookie')
  await sessions.end(last.session.id)
  assert.equal(await sessions.find(last.token, 'cookie'), null)
  assert.equal(await sessions.lasts(last.session), false)
  await f.security.sweep()
  assert.equal((await f.db.selectFrom('sessions').select('id').execute()).length, 0)
})
