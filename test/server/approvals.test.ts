/** The two-person rule, as operators meet it through the API, for every guarded operation. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import type {
  AppEvent,
  ApprovalView,
  OperatorLink,
  Page,
  Problem,
  SessionView,
  TwoPersonRule,
} from '../../src/contract/index.ts'
import type { Session } from '../../src/security/index.ts'
import { type ApiServer, apiBase } from '../../src/server/api-server.ts'
import { mayHear } from '../../src/server/authorize.ts'
import { guardedOperations } from '../../src/server/guarded-operations.ts'
import { routeRights } from '../../src/server/rights.ts'
import { type MovableClock, movableClock } from '../security/clock.ts'
import { createTestServer, type TestServer, testOperator } from '../server.ts'

const hour = 3_600_000

type Send = (
  method: string,
  path: string,
  body?: object,
  more?: Record<string, string>,
) => Promise<LightMyRequestResponse>

interface People {
  readonly server: TestServer
  readonly clock: MovableClock
  readonly ada: Send
  readonly grace: Send
  readonly graceId: string
  readonly signIn: (userName: string, password: string) => Promise<Send>
  /** Somebody who is not an owner. */
  readonly otherId: string
}

const secondPassword = 'tangled marsh orbit lantern'

/** Guarded routes of other rooms, which answer that they were reached. */
function otherRooms(reached: string[]) {
  return (api: ApiServer) => {
    const add = (operationId: string, method: 'GET' | 'POST', url: string, body?: object) =>
      api.route({
        method,
        url,
        schema: { operationId, ...(body && { body }) },
        handler: async (request, reply) => {
          reached.push(operationId)
          const { breaks } = (request.body ?? {}) as { breaks?: boolean }
          return reply.code(breaks ? 500 : 200).send({ done: operationId })
        },
      })
    add('deleteBackups', 'POST', '/organizations/:id/backups-deletion', { type: 'object' })
    add('removeOrganization', 'POST', '/organizations/:id/remove', { type: 'object' })
    add('shortenRetention', 'POST', '/organizations/:id/retention/shorten', { type: 'object' })
    add('saveSingleSignOn', 'POST', '/settings/single-sign-on', { type: 'object' })
    add('revealRepositoryPassword', 'POST', '/organizations/:id/repository/password', { type: 'object' })
  }
}

/** Two owners; the rule is on. */
async function twoOwners(
  t: TestContext,
  reached: string[] = [],
  rule: TwoPersonRule = { enabled: true, delayHours: 1 },
): Promise<People> {
  const clock = movableClock()
  const server = await createTestServer({ clock, routes: otherRooms(reached) })
  t.after(() => server.stop())
  const sender =
    (headers: Record<string, string>): Send =>
    (method, path, body, more = {}) =>
      server.app.inject({
        method: method as 'GET',
        url: `${apiBase}${path}`,
        headers: { ...headers, ...more },
        ...(body && { payload: body }),
      })
  const signIn = async (userName: string, password: string): Promise<Send> => {
    const answer = await server.app.inject({
      method: 'POST',
      url: `${apiBase}/session`,
      payload: { userName, password },
    })
    const { csrfToken } = answer.json<SessionView>()
    const cookie = answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    return sender({ cookie, 'x-csrf-token': csrfToken })
  }
  const ada = sender((await server.signIn()).headers)
  const alone = await ada('PUT', '/settings/two-person-rule', {
    enabled: true,
    delayHours: 1,
    proof: { password: testOperator.password },
  })
  assert.equal(alone.json<Problem>().code, 'APR_ONE_OWNER')
  const { token, operator } = (
    await ada('POST', '/operators', { userName: 'grace', role: 'owner' })
  ).json<OperatorLink>()
  await server.app.inject({
    method: 'POST',
    url: `${apiBase}/operator-links/accept`,
    payload: { token, password: secondPassword },
  })
  const grace = await signIn('grace', secondPassword)
  const other = await ada('POST', '/operators', { userName: 'edsger', role: 'auditor' })
  const set = await ada('PUT', '/settings/two-person-rule', {
    ...rule,
    proof: { password: testOperator.password },
  })
  assert.deepEqual(set.json(), rule)
  return {
    server,
    clock,
    ada,
    grace,
    graceId: operator.id,
    signIn,
    otherId: other.json<OperatorLink>().operator.id,
  }
}

const code = (answer: LightMyRequestResponse) => answer.json<Problem>().code
const openOnes = async (send: Send) =>
  (await send('GET', '/approvals?open=true')).json<Page<ApprovalView>>().items

test('every guarded operation is put to the others, waits, and is let through once', async (t) => {
  const reached: string[] = []
  const { clock, ada, grace, otherId } = await twoOwners(t, reached)
  const id = randomUUID()
  const proof = { password: testOperator.password }
  const calls: Record<string, () => Promise<LightMyRequestResponse>> = {
    deleteBackups: () => ada('POST', `/organizations/${id}/backups-deletion`, { name: 'Contoso' }),
    removeOrganization: () =>
      ada('POST', `/organizations/${id}/remove`, { deleteApplication: false, deleteBackupsOf: 'Contoso' }),
    revealRepositoryPassword: () =>
      ada('POST', `/organizations/${id}/repository/password`, { operatorPassword: testOperator.password }),
    shortenRetention: () => ada('POST', `/organizations/${id}/retention/shorten`, { rule: null, proof }),
    getRecoveryKit: () => ada('GET', '/recovery-kit'),
    inviteOperator: () => ada('POST', '/operators', { userName: 'sock-puppet', role: 'owner' }),
    changeOperator: () => ada('PATCH', `/operators/${otherId}`, { disabled: false }),
    createOperatorLink: () => ada('POST', `/operators/${otherId}/link`),
    removeSecondFactors: () => ada('POST', `/operators/${otherId}/second-factors/removal`, { proof }),
    saveSingleSignOn: () =>
      ada('POST', '/settings/single-sign-on', { clientSecret: 'never~kept~secret', proof }),
    setTwoPersonRule: () => ada('PUT', '/settings/two-person-rule', { enabled: false, delayHours: 1, proof }),
    removeOperator: () => ada('DELETE', `/operators/${otherId}`),
  }
  assert.deepEqual(Object.keys(calls).toSorted(), Object.keys(guardedOperations).toSorted())
  for (const operation of Object.keys(guardedOperations)) assert.ok(routeRights[operation], operation)
  for (const [operation, call] of Object.entries(calls)) {
    assert.equal(code(await call()), 'SRV_APPROVAL_NEEDED', operation)
    assert.equal(code(await call()), 'SRV_APPROVAL_NEEDED', operation)
    const [asked, ...others] = await openOnes(grace)
    assert.deepEqual([asked?.operation, asked?.state, others.length], [operation, 'pending', 0])
    assert.ok(!JSON.stringify(asked).includes(testOperator.password), 'no proof is kept')
    assert.ok(!JSON.stringify(asked).includes('never~kept'), 'no secret is kept')
    const path = `/approvals/${asked?.id}`
    assert.equal(code(await ada('POST', `${path}/approve`)), 'APR_OWN_REQUEST')
    const approved = (await grace('POST', `${path}/approve`)).json<ApprovalView>()
    assert.equal(approved.state, 'waiting', JSON.stringify(approved))
    assert.equal(code(await call()), 'SRV_APPROVAL_WAITS', operation)
    clock.move(hour - 1)
    assert.equal(code(await call()), 'SRV_APPROVAL_WAITS', operation)
    clock.move(1)
    const done = await call()
    assert.ok(done.statusCode < 300, `${operation}: ${done.body}`)
    if (operation === 'setTwoPersonRule') {
      assert.equal(done.json<TwoPersonRule>().enabled, false)
      await ada('PUT', '/settings/two-person-rule', { enabled: true, delayHours: 1, proof })
    }
    assert.equal(code(await call()), 'SRV_APPROVAL_NEEDED', `${operation} is let through once`)
    const [next] = await openOnes(grace)
    assert.equal(
      (await grace('POST', `/approvals/${next?.id}/decline`)).json<ApprovalView>().state,
      'declined',
    )
  }
  assert.deepEqual(reached, [
    'deleteBackups',
    'removeOrganization',
    'revealRepositoryPassword',
    'shortenRetention',
    'saveSingleSignOn',
  ])
})

test('of two who decide at once one wins, and of two who do it at once one is let through', async (t) => {
  const reached: string[] = []
  const { ada, grace } = await twoOwners(t, reached, { enabled: true, delayHours: 0 })
  const call = () => ada('POST', `/organizations/${randomUUID()}/backups-deletion`, { name: 'Contoso' })
  for (let round = 0; round < 5; round += 1) {
    await call()
    const [asked] = await openOnes(grace)
    const answers = await Promise.all(
      ['approve', 'decline', 'approve', 'cancel'].map((verb) =>
        grace('POST', `/approvals/${asked?.id}/${verb}`),
      ),
    )
    const won = answers.filter(({ statusCode }) => statusCode === 200)
    // Taking back is possible after an approval, too.
    assert.ok(
      won.length === 1 || (won.length === 2 && answers[3]?.statusCode === 200),
      answers.map(({ body }) => body).join(),
    )
    for (const one of answers) if (one.statusCode !== 200) assert.equal(code(one), 'APR_DECIDED')
    for (const one of await openOnes(grace)) await grace('POST', `/approvals/${one.id}/cancel`)
  }
  const id = randomUUID()
  const same = () => ada('POST', `/organizations/${id}/backups-deletion`, { name: 'Contoso' })
  await Promise.all([same(), same(), same()])
  const [asked, ...others] = await openOnes(grace)
  assert.deepEqual(others, [])
  await grace('POST', `/approvals/${asked?.id}/approve`)
  const answers = await Promise.all([same(), same(), same(), same()])
  assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
  assert.deepEqual(reached, ['deleteBackups'])
})

test('only the very same is let through, only for who asked, and only within its time', async (t) => {
  const reached: string[] = []
  const { clock, ada, grace, signIn } = await twoOwners(t, reached, { enabled: true, delayHours: 0 })
  const id = randomUUID()
  const remove = (send: Send, deleteBackupsOf: string, more: object = {}) =>
    send('POST', `/organizations/${id}/remove`, { deleteApplication: false, deleteBackupsOf, ...more })
  const approveAll = async () => {
    for (const one of await openOnes(grace)) await grace('POST', `/approvals/${one.id}/approve`)
  }
  await remove(ada, 'Contoso')
  await approveAll()
  assert.equal(code(await remove(ada, 'Fabrikam')), 'SRV_APPROVAL_NEEDED')
  assert.equal(code(await remove(grace, 'Contoso')), 'SRV_APPROVAL_NEEDED')
  assert.equal(code(await remove(ada, 'Contoso', { deleteApplication: true })), 'SRV_APPROVAL_NEEDED')
  // Without deleting backups nobody has to be asked.
  assert.equal(
    (await ada('POST', `/organizations/${id}/remove`, { deleteApplication: false })).statusCode,
    200,
  )
  // What failed may be tried again.
  const broken = await ada('POST', `/organizations/${id}/remove`, {
    deleteBackupsOf: 'Contoso',
    deleteApplication: false,
  })
  assert.equal(broken.statusCode, 200)
  assert.equal(code(await remove(ada, 'Contoso', { breaks: true })), 'SRV_APPROVAL_NEEDED')
  const failing = (await openOnes(ada)).find(({ body }) => body?.['breaks'] === true)
  await grace('POST', `/approvals/${failing?.id}/approve`)
  assert.equal((await remove(ada, 'Contoso', { breaks: true })).statusCode, 500)
  assert.equal((await remove(ada, 'Contoso', { breaks: true })).statusCode, 500)
  assert.equal((await openOnes(ada)).find(({ id: one }) => one === failing?.id)?.state, 'ready')

  clock.move(8 * 24 * hour)
  const later = await signIn(testOperator.userName, testOperator.password)
  assert.equal(code(await remove(later, 'Contoso', { breaks: true })), 'SRV_APPROVAL_NEEDED')
})

test('a request has a reason, can be taken back by who asked, and is in the audit trail with its decision', async (t) => {
  const { ada, grace } = await twoOwners(t, [], { enabled: true, delayHours: 0 })
  const id = randomUUID()
  const reason = 'the customer left – ticket 42'
  const call = () =>
    ada(
      'POST',
      `/organizations/${id}/backups-deletion`,
      { name: 'Contoso' },
      {
        'x-approval-reason': encodeURIComponent(reason),
      },
    )
  await call()
  const [asked] = await openOnes(grace)
  assert.equal(asked?.reason, reason)
  assert.deepEqual([asked.requestedBy.userName, asked.organizationId], [testOperator.userName, id])
  assert.equal((await grace('PUT', `/approvals/${asked.id}/reason`, { reason: 'mine' })).statusCode, 403)
  await ada('PUT', `/approvals/${asked.id}/reason`, { reason: 'better' })
  assert.equal((await openOnes(grace))[0]?.reason, 'better')
  const back = await ada('POST', `/approvals/${asked.id}/cancel`)
  assert.equal(back.json<ApprovalView>().state, 'cancelled')
  assert.equal(code(await grace('POST', `/approvals/${asked.id}/approve`)), 'APR_DECIDED')
  await call()
  const [second] = await openOnes(grace)
  await grace('POST', `/approvals/${second?.id}/decline`)
  const trail = (await ada('GET', '/audit-entries?limit=50')).body
  for (const one of [
    'deleteBackups',
    'cancelRequest',
    'declineRequest',
    'setTwoPersonRule',
    asked.id,
    second?.id ?? '-',
  ])
    assert.ok(trail.includes(one), one)
})

test('each step is announced, to those who may decide and to whoever asked, and to nobody else', async (t) => {
  const { server, ada, grace } = await twoOwners(t)
  const heard: AppEvent[] = []
  server.events.subscribe((event) => heard.push(event))
  await ada('GET', '/recovery-kit')
  const [request] = await openOnes(grace)
  await grace('POST', `/approvals/${request?.id}/decline`)
  assert.deepEqual(
    heard.flatMap((event) => (event.topic === 'approval' ? [event.view.state] : [])),
    ['pending', 'declined'],
  )
  const event = heard.find(({ topic }) => topic === 'approval') ?? assert.fail()
  const asks = (rights: readonly string[], id: string | undefined) =>
    mayHear({ rights, reach: null, operator: { id } } as unknown as Session, event)
  assert.equal(asks(['approvals.decide'], randomUUID()), true)
  assert.equal(asks(['alerts.read'], request?.requestedBy.id), true)
  assert.equal(asks(['alerts.read'], randomUUID()), false)
})
