/** What of the API gets into the audit trail. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { AuditEntryView, OperatorLink, Page } from '../../src/contract/index.ts'
import { createTestServer, testOperator } from '../server.ts'

const base = '/api/v1'

async function fixture() {
  const server = await createTestServer()
  const { headers, session } = await server.signIn()
  const entries = async (query = ''): Promise<AuditEntryView[]> => {
    const answer = await server.app.inject({ url: `${base}/audit-entries${query}`, headers })
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json<Page<AuditEntryView>>().items
  }
  return { ...server, headers, session, entries, [Symbol.asyncDispose]: server.stop }
}

test('sign-ins are recorded, failed ones with the name only where somebody has it', async () => {
  await using f = await fixture()
  for (const userName of ['ADA', 'my secret password']) {
    const payload = { userName, password: 'not the right one' }
    await f.app.inject({ method: 'POST', url: `${base}/session`, payload })
  }
  const [unknown, known, first] = await f.entries()
  assert.deepEqual(
    [unknown?.action, unknown?.outcome, unknown?.details],
    ['signIn', 'refused', { userName: null }],
  )
  assert.deepEqual(
    [known?.outcome, known?.actor.kind, known?.details],
    ['refused', 'nobody', { userName: 'ada' }],
  )
  assert.deepEqual(
    [first?.outcome, first?.actor.name, first?.actor.role, first?.address],
    ['done', testOperator.userName, 'owner', '127.0.0.1'],
  )
})

test('changes are recorded with before and after, refused ones too, and no secret is among them', async () => {
  await using f = await fixture()
  const invited = await f.app.inject({
    method: 'POST',
    url: `${base}/operators`,
    headers: f.headers,
    payload: { userName: 'grace', role: 'auditor' },
  })
  const { operator, token } = invited.json<OperatorLink>()
  const password = 'a pass phrase of her own'
  const accept = {
    method: 'POST',
    url: `${base}/operator-links/accept`,
    payload: { token, password },
  } as const
  const accepted = await f.app.inject(accept)
  const cookie = accepted.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const csrf = accepted.json<{ csrfToken: string }>().csrfToken
  await f.app.inject({
    method: 'DELETE',
    url: `${base}/operators/${f.session.operator.id}`,
    headers: { cookie, 'x-csrf-token': csrf },
  })
  await f.app.inject({
    method: 'PATCH',
    url: `${base}/operators/${operator.id}`,
    headers: f.headers,
    payload: { role: 'owner' },
  })
  await f.app.inject({ url: `${base}/recovery-kit`, headers: f.headers })
  const entries = await f.entries()
  assert.deepEqual(
    entries.map(({ action, outcome, actor }) => [action, outcome, actor.name]),
    [
      ['getRecoveryKit', 'done', 'ada'],
      ['changeOperator', 'done', 'ada'],
      ['removeOperator', 'refused', 'grace'],
      ['acceptOperatorLink', 'done', 'grace'],
      ['inviteOperator', 'done', 'ada'],
      ['signIn', 'done', 'ada'],
    ],
  )
  const changed = entries[1]?.details
  assert.deepEqual(changed, {
    id: operator.id,
    role: 'owner',
    before: { role: 'auditor', reach: null, state: 'active' },
  })
  const text = JSON.stringify(entries)
  for (const secret of [token, password, testOperator.password, csrf]) assert.ok(!text.includes(secret))
  const verified = await f.app.inject({
    method: 'POST',
    url: `${base}/audit-entries/verify`,
    headers: f.headers,
  })
  assert.deepEqual(verified.json(), { entries: 6, problem: null })
  const exported = await f.app.inject({
    url: `${base}/audit-entries/export?action=signIn`,
    headers: f.headers,
  })
  assert.equal(exported.body.trimEnd().split('\n').length, 1)
})

test('nothing is given that cannot be recorded', async () => {
  await using f = await fixture()
  await sql`alter table audit_entries rename to audit_entries_elsewhere`.execute(f.database.db)
  const answer = await f.app.inject({ url: `${base}/recovery-kit`, headers: f.headers })
  assert.equal(answer.statusCode, 500)
  assert.equal(answer.json<{ code: string }>().code, 'SRV_INTERNAL')
  assert.ok(!answer.body.includes('vaultPassword'))
})

test('who is not signed in cannot fill the trail', async () => {
  await using f = await fixture()
  const before = (await f.entries()).length
  for (let request = 0; request < 30; request += 1) {
    const payload = { userName: 'ada', password: 'not the right one' }
    await f.app.inject({ method: 'POST', url: `${base}/session`, payload, remoteAddress: '198.51.100.7' })
    await f.app.inject({
      method: 'POST',
      url: `${base}/operators`,
      payload: { userName: 'eve', role: 'owner' },
    })
    await f.app.inject({ url: `${base}/recovery-kit` })
  }
  const added = (await f.entries('?limit=100')).slice(0, -before)
  assert.deepEqual([...new Set(added.map(({ action }) => action))], ['signIn'])
  // Five wrong passwords; then the account waits, which says 429, as the limit of the address does.
  assert.equal(added.length, 5)
})
