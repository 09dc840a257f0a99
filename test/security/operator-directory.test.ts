import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { OperatorReach } from '../../src/contract/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { createSecretBox, createSecurity } from '../../src/security/index.ts'
import { createTestDatabase } from '../database.ts'
import { movableClock } from './clock.ts'
import { knownOrganization } from './known-organization.ts'

const password = 'correct horse battery'
const hour = 3_600_000
const withCode = (code: string) => (error: unknown) => isAppError(error, code)

async function fixture() {
  const { db, drop } = await createTestDatabase()
  const clock = movableClock()
  const security = createSecurity({
    db,
    clock,
    secrets: createSecretBox(Buffer.alloc(32, 5)),
    instanceName: 'bdrcloud-test',
  })
  const owner = await security.setup.createFirstOperator((await security.setup.issue()) ?? '', {
    userName: 'Ada',
    password,
  })
  return { db, clock, ...security, owner, [Symbol.asyncDispose]: drop }
}
test('the first operator is an owner who reaches everything', async () => {
  await using f = await fixture()
  assert.equal(f.owner.role, 'owner')
  const [only, ...more] = (await f.directory.list({})).items
  assert.deepEqual(more, [])
  assert.deepEqual([only?.role, only?.state, only?.reach], ['owner', 'active', null])
})

test('who is invited chooses a password by a link that works once and for 72 hours', async () => {
  await using f = await fixture()
  const invited = await f.directory.invite({ userName: 'Grace', role: 'auditor' })
  assert.equal(invited.operator.state, 'invited')
  await assert.rejects(
    f.operators.authenticate({ userName: 'grace', password: '' }),
    withCode('SEC_SIGN_IN_FAILED'),
  )
  await assert.rejects(
    f.directory.invite({ userName: 'GRACE', role: 'auditor' }),
    withCode('SEC_USER_NAME_TAKEN'),
  )
  f.clock.move(72 * hour)
  await assert.rejects(f.directory.acceptLink(invited.token, password), withCode('SEC_OPERATOR_LINK'))
  const again = await f.directory.issueLink(invited.operator.id)
  const results = await Promise.allSettled([
    f.directory.acceptLink(again.token, password),
    f.directory.acceptLink(again.token, 'another good pass phrase'),
  ])
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  const { items } = await f.directory.list({ search: 'grace' })
  assert.deepEqual([items[0]?.state, items[0]?.linkExpiresAt], ['active', null])
})

test('a new link ends the one before, and its use ends every session', async () => {
  await using f = await fixture()
  const { operator, token } = await f.directory.invite({ userName: 'grace', role: 'auditor' })
  const view = await f.directory.acceptLink(token, password)
  const { token: cookie } = await f.sessions.start(view, 'cookie')
  const first = await f.directory.issueLink(operator.id)
  const second = await f.directory.issueLink(operator.id)
  await assert.rejects(f.directory.acceptLink(first.token, password), withCode('SEC_OPERATOR_LINK'))
  assert.ok(await f.sessions.find(cookie, 'cookie'), 'a link that nobody used changes nothing')
  await f.directory.acceptLink(second.token, 'another good pass phrase')
  assert.equal(await f.sessions.find(cookie, 'cookie'), null)
})

test('there is always an owner who can sign in, however many ask at once', async () => {
  await using f = await fixture()
  const { operator, token } = await f.directory.invite({ userName: 'grace', role: 'owner' })
  // Invited is not enough: nobody could sign in.
  await assert.rejects(
    f.directory.change(f.owner.id, { role: 'auditor' }, operator.id),
    withCode('SEC_LAST_OWNER'),
  )
  await f.directory.acceptLink(token, password)
  const results = await Promise.allSettled([
    f.directory.change(f.owner.id, { disabled: true }, operator.id),
    f.directory.change(operator.id, { role: 'auditor' }, f.owner.id),
    f.directory.remove(operator.id, f.owner.id),
  ])
  // Who comes first decides which of the two stays owner; once demoted, the other can also be removed.
  const [disabled, ...others] = results.map(({ status }) => status === 'fulfilled')
  assert.notEqual(disabled, others.includes(true), JSON.stringify(results))
  const owners = (await f.directory.list({})).items.filter(
    ({ role, state }) => role === 'owner' && state === 'active',
  )
  assert.equal(owners.length, 1)
})

test('nobody disables, removes or demotes themselves', async () => {
  await using f = await fixture()
  for (const change of [{ disabled: true }, { role: 'auditor' as const }]) {
    await assert.rejects(f.directory.change(f.owner.id, change, f.owner.id), withCode('SEC_OWN_ACCOUNT'))
  }
  await assert.rejects(f.directory.remove(f.owner.id, f.owner.id), withCode('SEC_OWN_ACCOUNT'))
  assert.equal(
    (await f.directory.change(f.owner.id, { displayName: 'A. L.' }, f.owner.id)).displayName,
    'A. L.',
  )
})

test('who is disabled is signed out, cannot sign in, and can be let in again', async () => {
  await using f = await fixture()
  const { operator, token } = await f.directory.invite({ userName: 'grace', role: 'auditor' })
  const view = await f.directory.acceptLink(token, password)
  const { token: bearer } = await f.sessions.start(view, 'bearer')
  await f.directory.change(operator.id, { disabled: true }, f.owner.id)
  assert.equal(await f.sessions.find(bearer, 'bearer'), null)
  await assert.rejects(
    f.operators.authenticate({ userName: 'grace', password }),
    withCode('SEC_SIGN_IN_FAILED'),
  )
  await assert.rejects(f.directory.issueLink(operator.id), withCode('SEC_OPERATOR_DISABLED'))
  await f.directory.change(operator.id, { disabled: false }, f.owner.id)
  assert.deepEqual(await f.operators.authenticate({ userName: 'grace', password }), view)
})

test('reach is by organization, for restore operators by mailbox, and never widens when something goes', async () => {
  await using f = await fixture()
  const first = await knownOrganization(f.db, 2)
  const second = await knownOrganization(f.db, 1)
  const [mailbox = '', other = ''] = first.mailboxIds
  const limited: OperatorReach = [{ organizationId: first.id, mailboxIds: [mailbox] }]
  await assert.rejects(
    f.directory.invite({ userName: 'grace', role: 'owner', reach: [] }),
    withCode('SEC_REACH_OWNER'),
  )
  await assert.rejects(
    f.directory.invite({ userName: 'grace', role: 'auditor', reach: limited }),
    withCode('SEC_REACH_MAILBOXES'),
  )
  for (const reach of [
    [{ organizationId: randomUUID(), mailboxIds: null }],
    [{ organizationId: first.id, mailboxIds: second.mailboxIds }],
  ]) {
    const invitation = f.directory.invite({ userName: 'grace', role: 'restore-operator', reach })
    await assert.rejects(invitation, withCode('SEC_REACH_UNKNOWN'))
  }
  assert.equal((await f.directory.list({})).items.length, 1, 'nothing is left of what was refused')

  const { operator, token } = await f.directory.invite({
    userName: 'grace',
    role: 'restore-operator',
    reach: limited,
  })
  assert.deepEqual(operator.reach, limited)
  const { session } = await f.sessions.start(await f.directory.acceptLink(token, password), 'cookie')
  assert.deepEqual([...(session.reach?.get(first.id) ?? [])], [mailbox])
  assert.equal(session.reach?.has(second.id), false)

  await f.db.deleteFrom('resources').where('id', 'in', [mailbox, other]).execute()
  assert.deepEqual(
    (await f.directory.get(operator.id)).reach,
    [],
    'the last mailbox is gone: nothing is left',
  )
  // The role alone would be an auditor of everything, or nothing: what is reached stays what it was.
  const changed = await f.directory.change(operator.id, { role: 'auditor' }, f.owner.id)
  assert.deepEqual(changed.reach, [])
})

test('a new password needs the old one and ends the other sessions; the server itself can hand out a link to anybody', async () => {
  await using f = await fixture()
  const kept = await f.sessions.start(f.owner, 'cookie')
  const ended = await f.sessions.start(f.owner, 'bearer')
  const next = 'a quite different pass phrase'
  await assert.rejects(
    f.directory.changePassword(f.owner.id, 'wrong one entirely', next, kept.session.id),
    withCode('SEC_PASSWORD_WRONG'),
  )
  await f.directory.changePassword(f.owner.id, password, next, kept.session.id)
  assert.equal(await f.sessions.find(ended.token, 'bearer'), null)
  assert.ok(await f.sessions.find(kept.token, 'cookie'))
  assert.deepEqual(
    (await f.sessions.ofOperator(f.owner.id)).map(({ id }) => id),
    [kept.session.id],
  )
  await assert.rejects(
    f.operators.authenticate({ userName: 'ada', password }),
    withCode('SEC_SIGN_IN_FAILED'),
  )
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await f.operators.authenticate({ userName: 'ada', password }).catch(() => {})
  }
  await assert.rejects(
    f.operators.authenticate({ userName: 'ada', password: next }),
    withCode('SEC_SIGN_IN_THROTTLED'),
  )
  const { token } = await f.directory.issueLinkFor('ADA')
  await f.directory.acceptLink(token, 'chosen by the link of the server')
  const again = { userName: 'ada', password: 'chosen by the link of the server' }
  assert.equal((await f.operators.authenticate(again)).id, f.owner.id)
  assert.equal(await f.sessions.find(kept.token, 'cookie'), null)
  await assert.rejects(f.directory.issueLinkFor('nobody'), withCode('SEC_OPERATOR_UNKNOWN'))
})

test('a link of the server itself lets a disabled operator in again', async () => {
  await using f = await fixture()
  const { operator } = await f.directory.invite({ userName: 'grace', role: 'owner' })
  await f.directory.change(operator.id, { disabled: true }, f.owner.id)
  const { token } = await f.directory.issueLinkFor('grace')
  assert.equal((await f.directory.get(operator.id)).state, 'invited')
  assert.equal((await f.directory.acceptLink(token, password)).role, 'owner')
})
