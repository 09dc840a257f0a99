/** Backups need the permissions to read and no others, in every cloud. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cloudNames } from '../../simulator/tenant/index.ts'
import { permissionsFor } from '../../src/microsoft/index.ts'
import { openBackupLab } from './backup-lab.ts'
import { assertSameAsTenant } from './same-as-tenant.ts'

for (const cloud of cloudNames) {
  test(`an application that may only read backs everything up (${cloud})`, async (context) => {
    const lab = await openBackupLab({ users: 1, mails: 8 }, { cloud })
    context.after(() => lab.stop())
    const directory = lab.simulator.clouds.get(cloud)?.tenant.directory ?? assert.fail('no tenant')
    const read = permissionsFor({ cloud: { id: cloud }, workloads: ['mail'], restore: false })
    const names = read.map(({ value }) => value)
    const kept = directory.servicePrincipals
      .flatMap(({ appRoles, displayName }) => (displayName === 'Microsoft Graph' ? appRoles : []))
      .filter(({ value }) => names.includes(value))
      .map(({ id }) => id)
    assert.equal(kept.length, 2)
    const assignments = directory.assignments.filter(({ appRoleId }) => kept.includes(appRoleId))
    directory.assignments.splice(0, directory.assignments.length, ...assignments)
    const { tokens } = await lab.service.organizations.access(lab.organizationId)
    assert.deepEqual([...(await tokens.token()).roles].sort(), ['Mail.Read', 'User.Read.All'])
    const run = await lab.backUp()
    assert.deepEqual([run.error, run.state], [null, 'succeeded'])
    await assertSameAsTenant(lab)
  })
}
