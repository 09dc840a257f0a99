import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { covers } from '../covers.ts'
import {
  applications,
  createdApplication,
  type Lab,
  openLab,
  operatorId,
  signInAs,
  start,
  until,
} from './lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab({ lagSeconds: 3 })
})
after(() => lab.stop())
async function faults(rules: unknown[]): Promise<void> {
  const answer = await fetch(`${lab.simulator.ready.control}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  })
  assert.equal(answer.status, 200)
}
afterEach(async () => {
  await faults([])
  lab.onAnnounced = undefined
  const { directory } = lab.simulator.tenant
  directory.applications.splice(0, directory.applications.length)
  await lab.database.db.deleteFrom('onboardings').execute()
  await lab.database.db.deleteFrom('organizations').execute()
})

const graphError = (status: number, code: string, message = 'No.') => ({
  status,
  body: { error: { code, message, innerError: { date: '2026-11-22T00:00:00', 'request-id': 'r' } } },
})

for (const stepId of ['application', 'service-principal', 'credential', 'first-token']) {
  test(`a cancel during ${stepId} leaves nothing in the tenant`, async () => {
    covers('credential', 'global', ['cancelled', 'creating'])
    const { id } = await start(lab)
    await signInAs(lab, id, 'Global Administrator')
    const reached = new Promise<void>((resolve) => {
      lab.onAnnounced = ({ steps }) => {
        if (steps.some((step) => step.id === stepId && step.state === 'running')) resolve()
      }
    })
    await lab.onboardings.grant(id)
    await reached
    const view = await lab.onboardings.cancel(id)
    assert.equal(view.state, 'cancelled')
    assert.deepEqual(view.leftovers, [])
    assert.equal(view.notice, null)
    assert.deepEqual(applications(lab), [])
  })
}

test('a cancel after the creation leaves nothing in the tenant and no key here', async () => {
  covers('credential', 'global', ['cancelled', 'completing'])
  const { id } = await createdApplication(lab)
  assert.equal(applications(lab).length, 1)
  const view = await lab.onboardings.cancel(id)
  assert.equal(view.state, 'cancelled')
  assert.deepEqual(applications(lab), [])
  const row = await lab.database.db.selectFrom('onboardings').selectAll().executeTakeFirstOrThrow()
  assert.equal(row.credential_sealed, null)
  await assert.rejects(lab.onboardings.cancel(id), { code: 'ONB_WRONG_STATE' })
})

test('a permission that Microsoft refuses to grant ends the onboarding, says why and takes everything back', async () => {
  covers('credential', 'global', 'failed')
  await faults([
    {
      match: { method: 'POST', path: 'appRoleAssignedTo' },
      respond: graphError(
        403,
        'Authorization_RequestDenied',
        'Insufficient privileges to complete the operation.',
      ),
    },
  ])
  const view = await createdApplication(lab)
  assert.equal(view.state, 'failed')
  const ended = await until(lab, view.id, 'failed')
  assert.equal(ended.error?.microsoft?.code, 'Authorization_RequestDenied')
  assert.equal(ended.steps.find(({ state }) => state === 'failed')?.id, 'permission:User.Read.All')
  await untilClean(view.id)
  assert.deepEqual(applications(lab), [])
})

test('when Microsoft is never ready the time budget ends the creation', async () => {
  covers('credential', 'global', 'failed')
  await faults([
    {
      match: { method: 'POST', path: '/servicePrincipals$' },
      respond: graphError(404, 'Request_ResourceNotFound'),
    },
  ])
  const view = await createdApplication(lab)
  assert.equal(view.error?.code, 'ONB_TOO_SLOW')
  assert.match(view.error?.title ?? '', /10 minutes.*Service principal/)
  await untilClean(view.id)
  assert.deepEqual(applications(lab), [])
})

test("when the administrator's token is refused a new sign-in is asked for, which goes on", async () => {
  await faults([
    {
      match: { method: 'POST', path: '/servicePrincipals$' },
      respond: graphError(
        401,
        'InvalidAuthenticationToken',
        'Lifetime validation failed, the token is expired.',
      ),
    },
  ])
  const view = await createdApplication(lab)
  assert.equal(view.state, 'signing-in')
  assert.equal(view.notice, 'Sign in again to continue')
  await faults([])
  await signInAs(lab, view.id, 'Global Administrator')
  assert.equal((await until(lab, view.id, 'completing', 'failed')).error, null)
  assert.equal(applications(lab).length, 1)
})

test('an hour without progress ends an onboarding: without a token the key is destroyed and what is left is listed', async () => {
  covers('credential', 'global', 'expired')
  const { id } = await createdApplication(lab)
  const [application] = applications(lab)
  await lab.onboardings.sweep()
  assert.equal((await lab.onboardings.get(id)).state, 'completing')
  lab.clock.move(61 * 60_000)
  await lab.onboardings.sweep()
  const view = await lab.onboardings.get(id)
  assert.equal(view.state, 'expired')
  assert.equal(view.leftovers.length, 1)
  assert.match(view.leftovers[0] ?? '', /server destroyed its key/)
  assert.match(view.leftovers[0] ?? '', new RegExp(application?.appId ?? 'none'))
  const row = await lab.database.db.selectFrom('onboardings').selectAll().executeTakeFirstOrThrow()
  assert.equal(row.credential_sealed, null)
})

test('of two operators who add the same tenant at once one wins and the other is told', async () => {
  covers('credential', 'global', 'two-operators')
  const first = await start(lab)
  const second = await start(lab)
  await signInAs(lab, first.id, 'Global Administrator')
  await signInAs(lab, second.id, 'Global Administrator')
  const results = await Promise.allSettled([
    lab.onboardings.grant(first.id),
    lab.onboardings.grant(second.id),
  ])
  const lost = results.find((result) => result.status === 'rejected')
  assert.equal((lost?.reason as { code?: string } | undefined)?.code, 'ONB_TENANT_BEING_ADDED')
  const [winner, loser] = results[0].status === 'fulfilled' ? [first, second] : [second, first]
  await until(lab, winner.id, 'completing')
  const saved = await lab.onboardings.save(winner.id, { organizationName: 'Harbour' }, operatorId)
  const told = await lab.onboardings.grant(loser.id)
  assert.equal(told.state, 'failed')
  assert.equal(told.error?.code, 'ONB_TENANT_EXISTS')
  assert.equal(told.organizationId, saved.organizationId)
  assert.equal(applications(lab).length, 1)
})

test('an organization that appears before Save is shown, and the second application is taken back', async () => {
  covers('credential', 'global', ['tenant-exists', 'failed'])
  const { id } = await createdApplication(lab)
  const row = await lab.database.db.selectFrom('onboardings').selectAll().executeTakeFirstOrThrow()
  await lab.database.db
    .insertInto('organizations')
    .values({
      name: 'Faster',
      tenant_id: lab.simulator.tenant.id,
      default_domain: '',
      cloud: 'global',
      method: 'credential',
      application_id: 'a',
      application_object_id: 'b',
      service_principal_id: 'c',
      unique_name: 'd',
      credential_kind: 'password',
      workloads: '["mail"]',
      restore_rights: false,
      health: '[]',
      created_at: row.created_at,
      created_by: operatorId,
    })
    .execute()
  await assert.rejects(lab.onboardings.save(id, { organizationName: 'Slower' }, operatorId), {
    code: 'ONB_TENANT_EXISTS',
  })
  const view = await lab.onboardings.get(id)
  assert.equal(view.state, 'failed')
  assert.notEqual(view.organizationId, null)
  assert.deepEqual(applications(lab), [])
})

test('a credential that does not work is not saved, and Save can be tried again', async () => {
  covers('credential', 'global', 'verifying')
  const { id } = await createdApplication(lab)
  const [application] = applications(lab)
  const kept = application?.passwordCredentials.splice(0) ?? []
  await assert.rejects(lab.onboardings.save(id, { organizationName: 'Harbour' }, operatorId), {
    code: 'ONB_CREDENTIAL_NOT_WORKING',
  })
  const view = await lab.onboardings.get(id)
  assert.equal(view.state, 'completing')
  assert.equal(view.error?.microsoft?.code, 'AADSTS7000215')
  assert.deepEqual((await lab.organizations.list({})).items, [])
  application?.passwordCredentials.push(...kept)
  assert.equal((await lab.onboardings.save(id, { organizationName: 'Harbour' }, operatorId)).state, 'saved')
})

/** The removal goes on after the state is shown. */
async function untilClean(id: string): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    const row = await lab.database.db
      .selectFrom('onboardings')
      .select('cleanup')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    if (row.cleanup !== 'pending') return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  assert.fail('the removal did not end')
}
