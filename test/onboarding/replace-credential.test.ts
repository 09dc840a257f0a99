import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { OrganizationView } from '../../src/contract/index.ts'
import { covers } from '../covers.ts'
import { setFaults } from './fault-walk.ts'
import { applications, grantedRoles, type Lab, openLab, operatorId } from './lab.ts'
import { addedOrganization, awaitingGrant, changesOf, runTask, taskUntil } from './task-lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab({ lagSeconds: 3 })
})
after(() => lab.stop())
afterEach(async () => {
  lab.simulator.tenant.appPolicies.default = {
    isEnabled: false,
    passwordCredentials: [],
    keyCredentials: [],
  }
  lab.simulator.tenant.directory.applications.splice(0)
  for (const table of ['onboardings', 'administrator_tasks', 'organizations'] as const)
    await lab.database.db.deleteFrom(table).execute()
})

/** What must be the same before and after: identity, settings, rights. */
function kept({ id, name, tenantId, workloads, restoreRights, createdAt }: OrganizationView) {
  return { id, name, tenantId, workloads, restoreRights, createdAt }
}
const now = (id: string) => lab.organizations.view(id)
const only = () => {
  const [application, ...others] = applications(lab).filter(({ deletedDateTime }) => deletedDateTime === null)
  assert.deepEqual(others, [])
  assert.ok(application)
  return application
}

test('a password gives way to a certificate, and the password is gone from the tenant', async () => {
  covers('management', 'global', 'upgrade-to-certificate')
  const before = await addedOrganization(lab, { credentialKind: 'password' })
  const asked = await awaitingGrant(lab, before.id, { kind: 'upgrade-certificate' })
  assert.deepEqual(changesOf(asked), ['create credential', 'remove credential'])
  assert.match(asked.changes[1]?.text ?? '', /^"BDRCloud .*once the new one works$/)
  await lab.tasks.grant(asked.id)
  const done = await taskUntil(lab, asked.id, 'done', 'failed')
  assert.equal(done.error, null)
  assert.deepEqual(
    done.steps.map(({ id, state }) => `${id} ${state}`),
    [
      'application done',
      'credential done',
      'first-token done',
      'replace done',
      'remove-old done',
      'verify done',
    ],
  )
  const after = await now(before.id)
  assert.deepEqual(kept(after), kept(before))
  assert.equal(after.credential.kind, 'certificate')
  assert.equal(after.health[0]?.read, 'ok')
  assert.equal(only().passwordCredentials.length, 0)
  assert.equal(only().keyCredentials.length, 1)
  await assert.rejects(lab.tasks.start(before.id, { kind: 'upgrade-certificate' }, operatorId), {
    code: 'TSK_ALREADY_CERTIFICATE',
  })
  const row = await lab.database.db
    .selectFrom('administrator_tasks')
    .selectAll()
    .where('id', '=', asked.id)
    .executeTakeFirstOrThrow()
  assert.equal(row.credential_sealed, null, 'the key is kept in one place')
})

test('a part of Microsoft that says the old password is not there is not believed: it is gone when it is not listed', async () => {
  const before = await addedOrganization(lab, { credentialKind: 'password' })
  await setFaults(lab, 'global', [{ match: { path: '/removePassword' }, times: 1, fault: 'replication' }])
  const done = await runTask(lab, before.id, { kind: 'upgrade-certificate' })
  assert.equal(done.error, null)
  assert.equal(only().passwordCredentials.length, 0)

  await setFaults(lab, 'global', [{ match: { path: '/removePassword' }, fault: 'replication' }])
  const second = await runTask(lab, before.id, { kind: 'repair', credentialKind: 'password' })
  assert.equal(second.error, null)
  const [old] = only().passwordCredentials
  const third = await runTask(lab, before.id, { kind: 'upgrade-certificate' })
  await setFaults(lab, 'global', [])
  assert.equal(third.error?.code, 'ONB_TOO_SLOW')
  assert.equal((await now(before.id)).credential.kind, 'certificate', 'the new one is in use all the same')
  assert.match(third.outcome?.left.join() ?? '', new RegExp(old?.keyId ?? '?'))
  assert.equal((await lab.organizations.verify(before.id)).health[0]?.read, 'ok')
})

test('an owner of the application may replace its credential without holding a role', async () => {
  const before = await addedOrganization(lab, { credentialKind: 'password' })
  const owner = lab.simulator.tenant.users.find(({ signInName }) => signInName === lab.persona('User').upn)
  assert.equal((await awaitingGrant(lab, before.id, { kind: 'repair' }, 'User')).state, 'need-admin-approval')
  only().owners.push(owner?.id ?? '')
  const done = await runTask(lab, before.id, { kind: 'repair' }, 'User')
  assert.equal(done.error, null)
})

test('where certificates are forbidden the password stays, and nothing is left behind', async () => {
  const before = await addedOrganization(lab, { credentialKind: 'password' })
  lab.simulator.tenant.appPolicies.default = {
    isEnabled: true,
    passwordCredentials: [],
    keyCredentials: [{ restrictionType: 'asymmetricKeyLifetime', state: 'enabled', maxLifetime: 'P1D' }],
  }
  const failed = await runTask(lab, before.id, { kind: 'upgrade-certificate' })
  assert.equal(failed.state, 'failed')
  assert.deepEqual(failed.outcome, { done: [], left: [] })
  assert.equal((await now(before.id)).credential.kind, 'password')
  assert.equal(only().keyCredentials.length, 0)
  assert.equal(only().passwordCredentials.length, 1)
  assert.equal((await lab.organizations.verify(before.id)).health[0]?.read, 'ok')
})

for (const credentialKind of ['password', 'certificate'] as const) {
  test(`an expired ${credentialKind} is repaired by one sign-in that keeps everything else`, async () => {
    covers('management', 'global', 'credential-expired')
    const before = await addedOrganization(lab, { credentialKind })
    const past = new Date(lab.clock.now() - 86_400_000).toISOString()
    for (const one of [...only().passwordCredentials, ...only().keyCredentials])
      Object.assign(one, { endDateTime: past })
    assert.equal((await lab.organizations.verify(before.id)).health[0]?.read, 'failed')
    const done = await runTask(lab, before.id, { kind: 'repair' }, 'Cloud Application Administrator')
    assert.equal(done.error, null)
    assert.deepEqual(changesOf(done), ['create credential', 'remove credential'])
    const after = await now(before.id)
    assert.deepEqual(kept(after), kept(before))
    assert.equal(after.credential.kind, credentialKind)
    assert.ok((after.credential.daysLeft ?? 0) > 300)
    assert.equal(after.health[0]?.read, 'ok')
    assert.equal(only().passwordCredentials.length + only().keyCredentials.length, 1)
    assert.equal(after.applicationId, before.applicationId)
  })
}

test('a lost key, a disabled service principal and a missing permission are repaired together', async () => {
  const before = await addedOrganization(lab, { restoreRights: false })
  const { directory } = lab.simulator.tenant
  const principal = directory.servicePrincipals.find(({ appId }) => appId === before.applicationId)
  const mailRead = grantsOf(before, 'Mail.Read')
  directory.assignments = directory.assignments.filter((one) => !mailRead.includes(one))
  await lab.organizations.verify(before.id)
  if (principal) principal.accountEnabled = false
  await lab.database.db
    .updateTable('organizations')
    .set({ credential_id: null, credential_sealed: null })
    .execute()

  const asked = await awaitingGrant(lab, before.id, { kind: 'repair', credentialKind: 'certificate' })
  assert.deepEqual(changesOf(asked), [
    'change service-principal',
    'create credential',
    'remove credential',
    'grant Mail.Read',
  ])
  await lab.tasks.grant(asked.id)
  assert.equal((await taskUntil(lab, asked.id, 'done', 'failed')).error, null)
  const after = await now(before.id)
  assert.equal(after.credential.kind, 'certificate')
  assert.equal(after.health[0]?.read, 'ok')
  assert.deepEqual(after.health[0]?.missingPermissions, [])
  assert.deepEqual(grantedRoles(lab, before.applicationId), ['Mail.Read', 'User.Read.All'])
})

function grantsOf({ applicationId }: OrganizationView, value: string) {
  const { directory } = lab.simulator.tenant
  const principal = directory.servicePrincipals.find(({ appId }) => appId === applicationId)
  const role = directory.servicePrincipals
    .flatMap(({ appRoles }) => appRoles)
    .find((one) => one.value === value)
  return directory.assignments.filter(
    ({ principalId, appRoleId }) => principalId === principal?.id && appRoleId === role?.id,
  )
}

test('an application deleted in the tenant is taken back, with its service principal and permissions', async () => {
  const before = await addedOrganization(lab, { restoreRights: true })
  deleteInTenant(before)
  const asked = await awaitingGrant(lab, before.id, { kind: 'repair' })
  assert.deepEqual(changesOf(asked), [
    'change application',
    'create service-principal',
    'create credential',
    'grant User.Read.All',
    'grant Mail.Read',
    'grant Mail.ReadWrite',
  ])
  await lab.tasks.grant(asked.id)
  assert.equal((await taskUntil(lab, asked.id, 'done', 'failed')).error, null)
  const after = await now(before.id)
  assert.deepEqual(kept(after), kept(before))
  assert.equal(after.applicationId, before.applicationId)
  assert.equal(after.health[0]?.write, 'ok')
  assert.equal(only().passwordCredentials.length, 1)
})

test('an application that is gone for good is replaced by a new one, and the organization keeps everything else', async () => {
  const before = await addedOrganization(lab, { restoreRights: false })
  deleteInTenant(before)
  lab.simulator.tenant.directory.applications.splice(0)
  await assert.rejects(
    awaitingGrant(lab, before.id, { kind: 'upgrade-certificate' }).then((view) => {
      assert.equal(view.state, 'signing-in')
      throw Object.assign(new Error(view.error?.title), { code: view.error?.code })
    }),
    { code: 'TSK_APPLICATION_GONE' },
  )
  const done = await runTask(lab, before.id, { kind: 'repair' })
  assert.equal(done.error, null)
  assert.equal(changesOf(done)[0], 'create application')
  const after = await now(before.id)
  assert.deepEqual(kept(after), kept(before))
  assert.notEqual(after.applicationId, before.applicationId)
  assert.equal(after.applicationId, only().appId)
  assert.deepEqual(grantedRoles(lab, after.applicationId), ['Mail.Read', 'User.Read.All'])
  assert.equal(after.health[0]?.read, 'ok')
})

function deleteInTenant({ applicationId }: OrganizationView): void {
  const { directory, clock } = lab.simulator.tenant
  const application = directory.applications.find(({ appId }) => appId === applicationId)
  if (application) {
    application.deletedDateTime = new Date(clock.now()).toISOString()
    application.passwordCredentials = []
  }
  const gone = directory.servicePrincipals.filter(({ appId }) => appId === applicationId).map(({ id }) => id)
  directory.servicePrincipals = directory.servicePrincipals.filter(({ id }) => !gone.includes(id))
  directory.assignments = directory.assignments.filter(({ principalId }) => !gone.includes(principalId))
}
