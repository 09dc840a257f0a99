import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { Role } from '../../src/contract/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { createSecretBox, createSecurity, type Session } from '../../src/security/index.ts'
import { createTestDatabase } from '../database.ts'
import { movableClock } from './clock.ts'
import { knownOrganization } from './known-organization.ts'

const password = 'correct horse battery'
const day = 24 * 3_600_000
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
  const signIn = async (operator: Session['operator']) =>
    (await security.sessions.start(operator, 'cookie')).session
  let number = 0
  const operatorWith = async (role: Role, organizationIds: readonly string[] | null = null) => {
    const reach = organizationIds?.map((id) => ({ organizationId: id, mailboxIds: null })) ?? null
    const invited = await security.directory.invite({ userName: `one-${number++}`, role, reach })
    return signIn(await security.directory.acceptLink(invited.token, password))
  }
  return { db, clock, ...security, owner: await signIn(owner), operatorWith, [Symbol.asyncDispose]: drop }
}

test('a token is told once, known by its prefix, and kept as a hash', async () => {
  await using f = await fixture()
  const { token, view } = await f.apiTokens.create(f.owner, { name: ' nightly report ', role: 'auditor' })
  assert.match(token, /^bdrt_[\w-]{43}$/)
  assert.deepEqual(
    [view.name, view.role, view.organizationIds, view.lastUsedAt],
    ['nightly report', 'auditor', null, null],
  )
  assert.equal(Date.parse(view.expiresAt) - f.clock.now(), 90 * day)
  const rows = JSON.stringify(await f.db.selectFrom('api_tokens').selectAll().execute())
  assert.ok(!rows.includes(token.slice(5)))
  assert.equal(await f.sessions.find(`${token}x`, 'bearer'), null)
  assert.equal(await f.sessions.find(token, 'cookie'), null, 'a token is no cookie')
  const session = await f.sessions.find(token, 'bearer')
  assert.deepEqual(
    [session?.kind, session?.operator.userName, session?.token?.name],
    ['token', 'Ada', 'nightly report'],
  )
  const [listed] = (await f.apiTokens.list({})).items
  assert.equal(Date.parse(listed?.lastUsedAt ?? ''), f.clock.now())
})

test('a token may do what its role and that of its operator have in common, as they are now', async () => {
  await using f = await fixture()
  const { token } = await f.apiTokens.create(f.owner, { name: 'all', role: 'owner' })
  const all = (await f.sessions.find(token, 'bearer'))?.rights ?? []
  assert.ok(all.includes('content.restore') && all.includes('settings.manage'))
  assert.ok(!all.includes('operators.manage') && !all.includes('vault.secrets'), 'these are for people')

  const admin = await f.operatorWith('administrator')
  await assert.rejects(
    f.apiTokens.create(admin, { name: 'reads mail', role: 'restore-operator' }),
    withCode('SEC_API_TOKEN_ROLE'),
  )
  await assert.rejects(
    f.apiTokens.create(admin, { name: 'all', role: 'owner' }),
    withCode('SEC_API_TOKEN_ROLE'),
  )
  const runs = await f.apiTokens.create(admin, { name: 'runs', role: 'backup-operator' })
  const before = await f.sessions.find(runs.token, 'bearer')
  assert.ok(before)
  assert.ok(before.rights.includes('runs.manage'))
  assert.equal(await f.sessions.lasts(before), true)
  await f.directory.change(admin.operator.id, { role: 'auditor' }, f.owner.operator.id)
  const after = await f.sessions.find(runs.token, 'bearer')
  assert.deepEqual(after?.rights, ['organizations.read', 'runs.read', 'restores.read', 'alerts.read'])
  assert.equal(await f.sessions.lasts(before), false, 'what began with more rights ends')
})

test('a token reaches what it was limited to, within what its operator reaches now', async () => {
  await using f = await fixture()
  const [first, second, third] = [
    await knownOrganization(f.db, 1),
    await knownOrganization(f.db, 1),
    await knownOrganization(f.db, 1),
  ]
  const reached = async (token: string) => {
    const reach = (await f.sessions.find(token, 'bearer'))?.reach
    return reach && [...reach.keys()].toSorted()
  }
  const admin = await f.operatorWith('administrator', [first.id, second.id])
  const one = await f.apiTokens.create(admin, {
    name: 'one',
    role: 'administrator',
    organizationIds: [first.id],
  })
  const both = await f.apiTokens.create(admin, { name: 'both', role: 'administrator' })
  for (const id of [third.id, randomUUID()]) {
    await assert.rejects(
      f.apiTokens.create(admin, { name: 'x', role: 'administrator', organizationIds: [id] }),
      withCode('SEC_REACH_UNKNOWN'),
    )
  }
  await assert.rejects(
    f.apiTokens.create(f.owner, { name: 'x', role: 'owner', organizationIds: [randomUUID()] }),
    withCode('SEC_REACH_UNKNOWN'),
  )
  assert.deepEqual(await reached(one.token), [first.id])
  assert.deepEqual(await reached(both.token), [first.id, second.id].toSorted())
  const reach = [{ organizationId: second.id, mailboxIds: null }]
  await f.directory.change(admin.operator.id, { reach }, f.owner.operator.id)
  assert.deepEqual(await reached(one.token), [])
  assert.deepEqual(await reached(both.token), [second.id])
  await f.db.deleteFrom('resources').where('organization_id', '=', first.id).execute()
  await f.db.deleteFrom('organizations').where('id', '=', first.id).execute()
  assert.deepEqual(await reached(one.token), [], 'a removed organization widens nothing')
})

test('it ends by its time, by being revoked, and with its operator', async () => {
  await using f = await fixture()
  const admin = await f.operatorWith('administrator')
  const make = (days?: number) =>
    f.apiTokens.create(admin, { name: 'a', role: 'administrator', ...(days === undefined ? {} : { days }) })
  const short = await make(1)
  const long = await make(365)
  f.clock.move(day)
  assert.equal(await f.sessions.find(short.token, 'bearer'), null)
  assert.equal((await f.apiTokens.list({})).items.find(({ id }) => id === short.view.id)?.expired, true)
  f.clock.move(31 * day)
  await f.sweep()
  assert.deepEqual(
    (await f.apiTokens.list({})).items.map(({ id }) => id),
    [long.view.id],
  )

  await assert.rejects(
    f.apiTokens.revoke(long.view.id, f.owner.operator.id),
    withCode('SEC_API_TOKEN_UNKNOWN'),
    'not as one of somebody else',
  )
  await f.directory.change(admin.operator.id, { disabled: true }, f.owner.operator.id)
  assert.equal(await f.sessions.find(long.token, 'bearer'), null)
  await f.directory.change(admin.operator.id, { disabled: false }, f.owner.operator.id)
  assert.ok(await f.sessions.find(long.token, 'bearer'))
  await f.apiTokens.revoke(long.view.id)
  assert.equal(await f.sessions.find(long.token, 'bearer'), null)
  const last = await make()
  await f.directory.remove(admin.operator.id, f.owner.operator.id)
  assert.equal(await f.sessions.find(last.token, 'bearer'), null)
})

test('the list comes in pages, and the tokens of one operator are limited', async () => {
  await using f = await fixture()
  for (let number = 0; number < 100; number++) {
    await f.apiTokens.create(f.owner, { name: `number ${number}`, role: 'auditor' })
  }
  await assert.rejects(
    f.apiTokens.create(f.owner, { name: 'one more', role: 'auditor' }),
    withCode('SEC_API_TOKENS_TOO_MANY'),
  )
  const seen = new Set<string>()
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Awaited<ReturnType<typeof f.apiTokens.list>> = await f.apiTokens.list(
      { limit: 30, ...(cursor === undefined ? {} : { cursor }) },
      f.owner.operator.id,
    )
    for (const { id } of page.items) seen.add(id)
    cursor = page.nextCursor
  }
  assert.equal(seen.size, 100)
})
