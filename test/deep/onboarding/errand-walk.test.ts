/**
 * Every request of administrators' tasks and of a rotation fails once in every way: each ends in an organization that works with one
 * application and one credential, with nothing in the tenant that is not told.
 */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { OrganizationView } from '../../../src/contract/index.ts'
import {
  cleanExitErrand,
  type Errand,
  rotationErrand,
  taskErrand,
  walkErrand,
} from '../../onboarding/errand-walk.ts'
import { troubles } from '../../onboarding/fault-walk.ts'
import { type Lab, openLab } from '../../onboarding/lab.ts'
import { inMinutes } from '../../onboarding/task-lab.ts'
import { revoke } from '../../organizations/tenant-changes.ts'

let lab: Lab
beforeEach(async () => {
  lab = await openLab()
})
afterEach(() => lab.stop())

const read = ['Mail.Read', 'User.Read.All']
const write = ['Mail.Read', 'Mail.ReadWrite', 'User.Read.All']

async function withoutMail(on: Lab): Promise<void> {
  revoke(on, 'Mail.Read')
  await on.database.db.updateTable('organizations').set({ workloads: '[]', health: '[]' }).execute()
}

/** Deleted in the portal: the service principal and its permissions go with it, and its passwords. */
async function deleted({ simulator }: Lab, { applicationId }: OrganizationView): Promise<void> {
  const { directory, clock } = simulator.tenant
  for (const application of directory.applications.filter(({ appId }) => appId === applicationId)) {
    application.deletedDateTime = new Date(clock.now()).toISOString()
    application.passwordCredentials = []
  }
  const gone = directory.servicePrincipals.filter(({ appId }) => appId === applicationId).map(({ id }) => id)
  directory.servicePrincipals = directory.servicePrincipals.filter(({ id }) => !gone.includes(id))
  directory.assignments = directory.assignments.filter(({ principalId }) => !gone.includes(principalId))
}

/** The last password or certificate has ended. */
async function expired({ simulator }: Lab): Promise<void> {
  const { directory, clock } = simulator.tenant
  const past = new Date(clock.now() - 86_400_000).toISOString()
  for (const { passwordCredentials, keyCredentials } of directory.applications)
    for (const one of [...passwordCredentials, ...keyCredentials]) Object.assign(one, { endDateTime: past })
}

const errands: Record<string, Errand> = {
  "'Grant restore rights'": taskErrand({
    input: (on) => ({ kind: 'grant-restore', endsAt: inMinutes(on, 60) }),
    roles: [read, write],
  }),
  "'Revoke restore rights'": taskErrand({
    input: { kind: 'revoke-restore' },
    restoreRights: true,
    roles: [write, read],
  }),
  "'Upgrade to certificate'": taskErrand({ input: { kind: 'upgrade-certificate' }, roles: [read, read] }),
  "'Add workloads'": taskErrand({
    input: { kind: 'add-workloads', workloads: ['mail'] },
    before: withoutMail,
    roles: [['User.Read.All'], read],
    broken: true,
  }),
  'repair of an expired password': taskErrand({
    input: { kind: 'repair' },
    before: expired,
    roles: [read, read],
    broken: true,
  }),
  'repair of an expired certificate': taskErrand({
    input: { kind: 'repair' },
    credentialKind: 'certificate',
    before: expired,
    roles: [read, read],
    broken: true,
  }),
  'repair of a deleted application': taskErrand({
    input: { kind: 'repair' },
    before: deleted,
    roles: [[], read],
    broken: true,
  }),
  'repair of an application that is gone for good': taskErrand({
    input: { kind: 'repair' },
    before: async (on, organization) => {
      await deleted(on, organization)
      on.simulator.tenant.directory.applications.splice(0)
    },
    roles: [[], read],
    broken: true,
  }),
  'clean exit': cleanExitErrand,
  'rotation of a certificate': rotationErrand,
}

for (const [name, errand] of Object.entries(errands)) {
  test(name, async () => {
    const walks = await walkErrand(lab, errand)
    assert.ok(walks >= 5 * troubles.length, `${walks} walks`)
  })
}
