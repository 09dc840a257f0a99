import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { covers } from '../covers.ts'
import { applications, type Lab, openLab } from './lab.ts'
import { addedOrganization, awaitingGrant, changesOf, runTask, taskUntil } from './task-lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})
after(() => lab.stop())
afterEach(async () => {
  lab.simulator.tenant.directory.applications.splice(0)
  for (const table of ['onboardings', 'administrator_tasks', 'organizations'] as const)
    await lab.database.db.deleteFrom(table).execute()
})

test('everything created in the tenant is listed, removed for good and read back; the key here is destroyed', async () => {
  covers('management', 'global', 'remove-application')
  const { id, applicationId } = await addedOrganization(lab, { restoreRights: true })
  const asked = await awaitingGrant(lab, id, { kind: 'clean-exit' })
  assert.deepEqual(changesOf(asked), [
    'remove application',
    'remove service-principal',
    'revoke User.Read.All',
    'revoke Mail.Read',
    'revoke Mail.ReadWrite',
    'remove server',
  ])
  assert.match(asked.changes[0]?.text ?? '', new RegExp(`${applicationId}.*1 credential, for good`))
  await lab.tasks.grant(asked.id)
  const done = await taskUntil(lab, asked.id, 'done', 'failed')
  assert.equal(done.error, null)
  assert.deepEqual(done.outcome, { done: asked.changes, left: [] })
  assert.deepEqual(applications(lab), [], 'not even among the deleted ones')
  assert.ok(!lab.simulator.tenant.directory.servicePrincipals.some(({ appId }) => appId === applicationId))
  const row = await lab.database.db.selectFrom('organizations').selectAll().executeTakeFirstOrThrow()
  assert.equal(row.credential_sealed, null)
  const { restoreRights, writeGranted } = await lab.organizations.view(id)
  assert.deepEqual({ restoreRights, writeGranted }, { restoreRights: false, writeGranted: false })
  await assert.rejects(lab.organizations.graph(id), { code: 'ORG_CREDENTIAL_MISSING' })
})

test('an application that somebody has deleted already is removed from the deleted ones', async () => {
  const { id } = await addedOrganization(lab)
  const [application] = applications(lab)
  if (application) application.deletedDateTime = new Date(lab.clock.now()).toISOString()
  const { directory } = lab.simulator.tenant
  directory.servicePrincipals = directory.servicePrincipals.filter(
    ({ appId }) => appId !== application?.appId,
  )
  const done = await runTask(lab, id, { kind: 'clean-exit' }, 'Cloud Application Administrator')
  assert.equal(done.error, null)
  assert.deepEqual(changesOf(done), ['remove application', 'remove server'])
  assert.deepEqual(applications(lab), [])
})

test('an application registered by hand stays among the deleted ones, and that is said', async () => {
  const { id } = await addedOrganization(lab)
  await lab.database.db.updateTable('organizations').set({ method: 'manual' }).execute()
  const done = await runTask(lab, id, { kind: 'clean-exit' })
  assert.equal(done.error, null)
  assert.match(done.outcome?.left.join(' ') ?? '', /among the deleted applications.*30 days/)
  assert.ok(applications(lab)[0]?.deletedDateTime)
})

test('a clean exit that Microsoft refuses half-way says what is left', async () => {
  const { id, applicationId } = await addedOrganization(lab)
  const asked = await awaitingGrant(lab, id, { kind: 'clean-exit' })
  await faults([
    {
      match: { method: 'DELETE', path: '/applications/' },
      respond: {
        status: 403,
        body: { error: { code: 'Authorization_RequestDenied', message: 'Insufficient privileges.' } },
      },
    },
  ])
  try {
    await lab.tasks.grant(asked.id)
    const failed = await taskUntil(lab, asked.id, 'failed', 'done')
    assert.equal(failed.state, 'failed')
    assert.match(failed.outcome?.left.join(' ') ?? '', new RegExp(`still there.*${applicationId}`))
  } finally {
    await faults([])
  }
})

async function faults(rules: object[]): Promise<void> {
  const answer = await fetch(`${lab.simulator.ready.control}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  })
  assert.ok(answer.ok)
}
