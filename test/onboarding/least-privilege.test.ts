/** Exactly what was chosen is granted; what an organization does not offer is left out, and said. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { type CloudName, cloudNames } from '../../simulator/tenant/index.ts'
import type { AddMethod, OnboardingView } from '../../src/contract/index.ts'
import { permissionCatalogue } from '../../src/microsoft/index.ts'
import { covers } from '../covers.ts'
import { setFaults } from './fault-walk.ts'
import {
  applications,
  enterCodeAs,
  grantedRoles,
  graphAppId,
  type Lab,
  openLab,
  operatorId,
  signInAs,
  start,
  until,
} from './lab.ts'
import { awaitingGrant, runTask } from './task-lab.ts'

let lab: Lab
let restore: (() => void)[] = []
before(async () => {
  lab = await openLab({ clouds: cloudNames })
})
after(() => lab.stop())
afterEach(async () => {
  for (const back of restore.splice(0)) back()
  restore = []
  for (const cloud of cloudNames) {
    lab.tenant(cloud).directory.applications.splice(0)
    await setFaults(lab, cloud, [])
  }
  for (const table of ['onboardings', 'administrator_tasks', 'organizations'] as const)
    await lab.database.db.deleteFrom(table).execute()
})

type Way = readonly ['credential' | 'device-code', CloudName]
const ways: readonly Way[] = [
  ['credential', 'global'],
  ...cloudNames.map((cloud) => ['device-code', cloud] as const),
]
const read = ['Mail.Read', 'User.Read.All']
const all = ['Mail.Read', 'Mail.ReadWrite', 'User.Read.All']

/** What the organization's Microsoft Graph offers, changed until the end of the test. */
function offers(cloud: CloudName, change: (value: string) => string | undefined): void {
  const { servicePrincipals } = lab.tenant(cloud).directory
  const index = servicePrincipals.findIndex(({ appId }) => appId === graphAppId)
  const graph = servicePrincipals[index]
  assert.ok(graph)
  servicePrincipals[index] = {
    ...graph,
    appRoles: graph.appRoles.flatMap((role) => {
      const value = change(role.value)
      return value === undefined ? [] : [{ ...role, value }]
    }),
  }
  restore.push(() => {
    servicePrincipals[index] = graph
  })
}
const without = (cloud: CloudName, ...missing: string[]) =>
  offers(cloud, (value) => (missing.includes(value) ? undefined : value))

async function admitted([method, cloud]: Way, restoreRights: boolean): Promise<OnboardingView> {
  const { id } = await start(lab, { method, cloud, restoreRights })
  return method === 'credential'
    ? signInAs(lab, id, 'Global Administrator')
    : enterCodeAs(lab, id, 'Global Administrator')
}

async function added(way: Way, restoreRights: boolean) {
  const { id } = await admitted(way, restoreRights)
  await lab.onboardings.grant(id)
  const ready = await until(lab, id, 'completing', 'failed')
  assert.equal(ready.error, null)
  const saved = await lab.onboardings.save(id, { organizationName: 'Harbour' }, operatorId)
  return { ready, organization: await lab.organizations.view(saved.organizationId ?? '') }
}

for (const way of ways) {
  const [method, cloud] = way

  test(`${method}, ${cloud}: exactly the permissions of what was chosen are granted, with and without restore rights`, async () => {
    covers('credential', 'global', 'least-privilege')
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'least-privilege')
    for (const [restoreRights, expected] of [[false, read] as const, [true, all] as const]) {
      const { ready, organization } = await added(way, restoreRights)
      const { applicationId, health, notAvailable } = organization
      assert.deepEqual(ready.permissions.map(({ value }) => value).toSorted(), expected)
      assert.deepEqual(grantedRoles(lab, applicationId, cloud), expected)
      // Others may be lacking there; what was chosen is not.
      const lacking = notAvailable.filter(({ workload }) => workload === 'mail')
      assert.deepEqual(
        [health[0]?.read, health[0]?.write, lacking],
        ['ok', restoreRights ? 'ok' : 'not-granted', []],
      )
      const [application] = applications(lab, cloud)
      const asked = application?.requiredResourceAccess.flatMap(({ resourceAccess }) => resourceAccess) ?? []
      assert.equal(asked.length, expected.length, "the application's page lists the same")
      lab.tenant(cloud).directory.applications.splice(0)
      await lab.database.db.deleteFrom('organizations').execute()
    }
  })

  test(`${method}, ${cloud}: without the permission to write, restoring is not available here and backups are`, async () => {
    covers('credential', 'global', 'not-available')
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'not-available')
    without(cloud, 'Mail.ReadWrite')
    const asked = await admitted(way, true)
    assert.equal(asked.state, 'awaiting-grant')
    assert.deepEqual(asked.permissions.map(({ value }) => value).toSorted(), read)
    const [lack, ...more] = asked.notAvailable
    assert.deepEqual(more, [])
    assert.deepEqual([lack?.workload, lack?.access, lack?.permissions], ['mail', 'write', ['Mail.ReadWrite']])
    assert.match(
      lack?.reason ?? '',
      /^Restoring mail is not available here: .* does not offer Mail\.ReadWrite/,
    )
    await lab.onboardings.cancel(asked.id)

    const { organization } = await added(way, true)
    assert.deepEqual([organization.restoreRights, organization.writeGranted], [false, false])
    assert.deepEqual(grantedRoles(lab, organization.applicationId, cloud), read)
    const verified = await lab.organizations.verify(organization.id)
    assert.deepEqual([verified.health[0]?.read, verified.health[0]?.write], ['ok', 'not-available'])
    assert.deepEqual(verified.health[0]?.missingPermissions, [])
    assert.deepEqual(verified.drift, [])
    assert.equal(verified.notAvailable[0]?.access, 'write')
  })

  test(`${method}, ${cloud}: without the permission to read nothing is left, which is said before anything is made`, async () => {
    covers('credential', 'global', 'not-available')
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'not-available')
    without(cloud, 'Mail.Read')
    const failed = await admitted(way, true)
    assert.deepEqual([failed.state, failed.error?.code], ['failed', 'ONB_NOTHING_AVAILABLE'])
    assert.match(failed.error?.title ?? '', /Mail is not available here: .* does not offer Mail\.Read\./)
    assert.deepEqual(failed.leftovers, [])
    assert.deepEqual(applications(lab, cloud), [])
  })

  test(`${method}, ${cloud}: a permission that turns out not to be there when it is granted is left out`, async () => {
    covers('credential', 'global', 'not-available')
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'not-available')
    const match = { server: 'graph', method: 'POST', path: 'appRoleAssignedTo' }
    await setFaults(lab, cloud, [{ match, nth: 3, fault: 'Request_BadRequest:unknown-permission' }])
    const { ready, organization } = await added(way, true)
    const step = ready.steps.find(({ id }) => id === 'permission:Mail.ReadWrite')
    assert.deepEqual([step?.state, step?.detail], ['skipped', 'Not offered in this organization'])
    assert.deepEqual([organization.restoreRights, organization.health[0]?.write], [false, 'not-available'])
    assert.deepEqual(grantedRoles(lab, organization.applicationId, cloud), read)
  })
}

test('a permission that the organization lists under another name is granted by its id', async () => {
  offers('global', (value) => (value === 'Mail.ReadWrite' ? 'Mail.Change' : value))
  const { id, permissions } = await admitted(['credential', 'global'], true)
  assert.equal(permissions.length, 3)
  await lab.onboardings.grant(id)
  const ready = await until(lab, id, 'completing', 'failed')
  assert.equal(ready.error, null)
  const [application] = applications(lab)
  assert.deepEqual(grantedRoles(lab, application?.appId ?? ''), ['Mail.Change', 'Mail.Read', 'User.Read.All'])
})

test('restore rights that are asked for later are refused with the reason, and granted once they are offered', async () => {
  without('global', 'Mail.ReadWrite')
  const { organization } = await added(['credential', 'global'], false)
  const input = () =>
    ({ kind: 'grant-restore', endsAt: new Date(lab.clock.now() + 3_600_000).toISOString() }) as const
  const refused = await awaitingGrant(lab, organization.id, input())
  assert.equal(refused.error?.code, 'TSK_NOT_AVAILABLE')
  assert.match(refused.error?.title ?? '', /does not offer Mail\.ReadWrite/)
  await lab.tasks.cancel(refused.id)
  for (const back of restore.splice(0)) back()
  const done = await runTask(lab, organization.id, input())
  assert.equal(done.state, 'done')
  const view = await lab.organizations.view(organization.id)
  assert.deepEqual([view.restoreRights, view.notAvailable], [true, []])
})

test('the Manual Process names exactly the permissions of what was chosen, in every cloud', async () => {
  covers('manual', ['global', 'usgov', 'usdod', 'china'], 'least-privilege')
  const method: AddMethod = 'manual'
  for (const cloud of cloudNames) {
    for (const restoreRights of [false, true]) {
      const { id, permissions } = await start(lab, { method, cloud, restoreRights })
      const expected = restoreRights ? all : read
      assert.deepEqual(permissions.map(({ value }) => value).toSorted(), expected)
      const { steps, scripts } = await lab.onboardings.registrationGuide(id)
      const texts = [steps.flatMap(({ items }) => items).join('\n'), ...scripts.map(({ text }) => text)]
      for (const text of texts) {
        const named = permissionCatalogue.filter(({ value }) =>
          new RegExp(`(^|[^.\\w])${value.replaceAll('.', '\\.')}([^.\\w]|$)`, 'm').test(text),
        )
        assert.deepEqual(named.map(({ value }) => value).toSorted(), expected, cloud)
      }
    }
  }
})
