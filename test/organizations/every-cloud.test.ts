/** Managing an organization in the national clouds: the same steps, with the hosts, roles and one-time codes of each cloud. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { StartTask, TaskView } from '../../src/contract/index.ts'
import { covers } from '../covers.ts'
import { enterCode } from '../onboarding/browser.ts'
import {
  applications,
  enterCodeAs,
  grantedRoles,
  hold,
  type Lab,
  openLab,
  operatorId,
  start,
  until,
} from '../onboarding/lab.ts'
import { inMinutes, taskUntil } from '../onboarding/task-lab.ts'
import { openRemovalLab, type RemovalLab, somebody } from './removal-lab.ts'

const clouds = ['usgov', 'usdod', 'china'] as const
const administrator = 'Global Administrator'

let lab: Lab
let removal: RemovalLab
before(async () => {
  lab = await openLab({ clouds: ['global', ...clouds] })
  removal = await openRemovalLab(lab)
})
after(async () => {
  await removal.stop()
  await lab.stop()
})

for (const cloud of clouds) {
  /** Signs in with a one-time code and lets the task do its work. */
  const grantByCode = async (id: string): Promise<TaskView> => {
    const release = hold(lab)
    const { deviceCode } = await lab.tasks.deviceCode(id)
    assert.ok(deviceCode)
    await enterCode(deviceCode, lab.persona(administrator, cloud), 'continue')
    await lab.tasks.checkDeviceCode(id)
    release()
    await lab.tasks.grant(id)
    const done = await taskUntil(lab, id, 'done', 'failed')
    assert.equal(done.error, null)
    return done
  }
  const add = async () => {
    const { id } = await start(lab, { method: 'device-code', cloud, restoreRights: false })
    await enterCodeAs(lab, id, administrator)
    await lab.onboardings.grant(id)
    await until(lab, id, 'completing', 'failed')
    const { organizationId } = await lab.onboardings.save(id, { organizationName: cloud }, operatorId)
    assert.ok(organizationId)
    return organizationId
  }

  test(`in the cloud ${cloud} an organization is managed from its adding to its removal`, async () => {
    covers(
      'management',
      ['usgov', 'usdod', 'china'],
      [
        'upgrade-to-certificate',
        'rotate-certificate',
        'grant-restore-rights',
        'revoke-restore-rights',
        'credential-expired',
        'remove-application',
        'add-again',
      ],
    )
    const organizationId = await add()
    const now = () => lab.organizations.view(organizationId)
    const roles = async () => grantedRoles(lab, (await now()).applicationId, cloud)
    const task = async (input: StartTask) => {
      const { id } = await lab.tasks.start(organizationId, input, operatorId)
      return grantByCode(id)
    }
    await task({ kind: 'upgrade-certificate' })
    const upgraded = (await now()).credential
    assert.deepEqual([upgraded.kind, upgraded.renewal.way], ['certificate', 'automatic'])

    await lab.organizations.rotations.start(organizationId, {}, operatorId)
    await lab.organizations.rotations.settled()
    const rotated = (await now()).credential
    assert.notEqual(rotated.thumbprint, upgraded.thumbprint)
    const [application] = applications(lab, cloud)
    assert.equal(application?.keyCredentials.length, 1, 'the old certificate has left the tenant')

    await task({ kind: 'grant-restore', endsAt: inMinutes(lab, 60) })
    assert.deepEqual(await roles(), ['Mail.Read', 'Mail.ReadWrite', 'User.Read.All'])
    await task({ kind: 'revoke-restore' })
    assert.deepEqual(await roles(), ['Mail.Read', 'User.Read.All'])

    const past = new Date(lab.clock.now() - 86_400_000).toISOString()
    for (const one of application?.keyCredentials ?? []) Object.assign(one, { endDateTime: past })
    assert.equal((await lab.organizations.verify(organizationId)).health[0]?.read, 'failed')
    await task({ kind: 'repair' })
    assert.equal((await lab.organizations.verify(organizationId)).health[0]?.read, 'ok')

    const asked = await removal.removals.remove(organizationId, { deleteApplication: true }, somebody)
    assert.equal(asked.state, 'awaiting-administrator')
    await grantByCode(asked.taskId ?? '')
    await removal.removals.tick()
    const removed = await removal.removals.of(organizationId)
    assert.equal(removed.state, 'removed')
    assert.ok(removed.statement?.removedInTenant.length)
    assert.deepEqual(
      applications(lab, cloud).filter(({ deletedDateTime }) => deletedDateTime === null),
      [],
    )
    assert.equal(await add(), organizationId, 'it continues what was there')
  })
}
