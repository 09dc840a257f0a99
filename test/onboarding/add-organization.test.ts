import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { covers } from '../covers.ts'
import {
  applications,
  createdApplication,
  grantedRoles,
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

test('an administrator adds an organization with a password, and nothing more than the chosen permissions is granted', async () => {
  covers('credential', 'global', [
    'creating',
    'creation-in-progress',
    'completing',
    'password',
    'verifying',
    'saved',
  ])
  const view = await createdApplication(lab, { credentialKind: 'password', restoreRights: false })
  assert.equal(view.error, null)
  assert.equal(view.state, 'completing')
  assert.deepEqual(
    view.steps.map(({ id, state }) => `${id} ${state}`),
    [
      'application done',
      'service-principal done',
      'credential done',
      'permission:User.Read.All done',
      'permission:Mail.Read done',
      'first-token done',
      'probe:mail done',
    ],
  )
  const waits = lab.announced.flatMap(({ steps }) => steps.filter(({ nextTryAt }) => nextTryAt !== null))
  assert.ok(
    waits.some(({ detail }) => detail === 'Microsoft is still replicating the new application'),
    'replication is shown as a reason for waiting',
  )
  assert.equal(view.completion?.organizationName, lab.simulator.tenant.displayName)
  assert.equal(view.completion?.passwordAvailable, true)

  const password = await lab.onboardings.revealPassword(view.id)
  assert.ok(password.length >= 16)
  await assert.rejects(lab.onboardings.revealPassword(view.id), { code: 'ONB_PASSWORD_NOT_AVAILABLE' })
  assert.ok(!JSON.stringify(lab.announced).includes(password), 'no event shows the password')

  const saved = await lab.onboardings.save(view.id, { organizationName: ' Harbour ' }, operatorId)
  assert.equal(saved.state, 'saved')
  const organization = await lab.organizations.view(saved.organizationId ?? '')
  assert.equal(organization.name, 'Harbour')
  assert.equal(organization.tenantId, lab.simulator.tenant.id)
  assert.equal(organization.credential.kind, 'password')
  assert.equal(organization.restoreRights, false)
  assert.deepEqual(
    organization.health.map(({ read, write, missingPermissions }) => ({ read, write, missingPermissions })),
    [{ read: 'ok', write: 'not-granted', missingPermissions: [] }],
  )
  assert.deepEqual(grantedRoles(lab, organization.applicationId), ['Mail.Read', 'User.Read.All'])
  const [application, ...others] = applications(lab)
  assert.deepEqual(others, [])
  assert.equal(application?.passwordCredentials.length, 1)
  assert.equal(application?.keyCredentials.length, 0)
  assert.deepEqual((await lab.onboardings.list({})).items, [])
})

test('a tenant that is there already leads to its organization and nothing is created', async () => {
  covers('credential', 'global', ['tenant-exists', 'failed'])
  const { id } = await start(lab)
  const view = await signInAs(lab, id, 'Global Administrator')
  assert.equal(view.state, 'failed')
  assert.equal(view.error?.code, 'ONB_TENANT_EXISTS')
  const { items } = await lab.organizations.list({})
  assert.equal(view.organizationId, items[0]?.id)
  assert.equal(applications(lab).length, 1)
})

test('an organization answers to its application alone, can be renamed and verified', async () => {
  const { items } = await lab.organizations.list({})
  const id = items[0]?.id ?? ''
  const graph = await lab.organizations.graph(id)
  assert.equal(await lab.organizations.graph(id), graph)
  const { body } = await graph.request<{ value: unknown[] }>({ path: '/users', query: { $top: 1 } })
  assert.equal(body.value.length, 1)
  assert.equal((await lab.organizations.edit(id, { name: 'Other name' })).name, 'Other name')
  const verified = await lab.organizations.verify(id)
  assert.equal(verified.health[0]?.read, 'ok')
  await assert.rejects(lab.organizations.requireRestoreRights(id), { code: 'ORG_NO_RESTORE_RIGHTS' })
  await assert.rejects(lab.organizations.get('00000000-0000-0000-0000-000000000000'), {
    code: 'ORG_NOT_FOUND',
  })
})

for (const lagSeconds of [0, 60]) {
  test(`a Privileged Role Administrator adds the organization where replication takes ${lagSeconds} seconds`, async () => {
    covers('credential', 'global', ['awaiting-grant', 'certificate', 'saved'])
    const other = await openLab({ lagSeconds })
    try {
      const { id } = await start(other, { credentialKind: 'certificate' })
      assert.equal((await signInAs(other, id, 'Privileged Role Administrator')).state, 'awaiting-grant')
      assert.equal((await other.onboardings.grant(id)).state, 'creating')
      assert.equal((await until(other, id, 'completing', 'failed')).error, null)
      const saved = await other.onboardings.save(id, { organizationName: 'Harbour' }, operatorId)
      assert.equal(saved.state, 'saved')
      assert.equal(applications(other).length, 1)
    } finally {
      await other.stop()
    }
  })
}
