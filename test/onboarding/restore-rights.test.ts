import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { OrganizationView } from '../../src/contract/index.ts'
import { covers } from '../covers.ts'
import { grantedRoles, type Lab, openLab, operatorId } from './lab.ts'
import {
  addedOrganization,
  awaitingGrant,
  changesOf,
  inMinutes,
  runTask,
  signInForTask,
  taskUntil,
} from './task-lab.ts'

let lab: Lab
let organization: OrganizationView
before(async () => {
  lab = await openLab()
  organization = await addedOrganization(lab, { restoreRights: false })
})
after(() => lab.stop())

const roles = () => grantedRoles(lab, organization.applicationId)
const now = () => lab.organizations.view(organization.id)

test('an organization added without restore rights gets them for an hour, and the server refuses to write afterwards', async () => {
  covers('management', 'global', 'grant-restore-rights')
  const asked = await awaitingGrant(lab, organization.id, {
    kind: 'grant-restore',
    endsAt: inMinutes(lab, 60),
  })
  assert.equal(asked.state, 'awaiting-grant')
  assert.deepEqual(changesOf(asked), ['grant Mail.ReadWrite', 'change server'])
  assert.match(asked.changes[0]?.permission?.why ?? '', /restore/)
  assert.deepEqual(roles(), ['Mail.Read', 'User.Read.All'], 'nothing is granted before it is confirmed')
  await assert.rejects(lab.organizations.requireRestoreRights(organization.id), {
    code: 'ORG_NO_RESTORE_RIGHTS',
  })

  await lab.tasks.grant(asked.id)
  const done = await taskUntil(lab, asked.id, 'done', 'failed')
  assert.equal(done.error, null)
  assert.deepEqual(
    done.steps.map(({ id, state }) => `${id} ${state}`),
    ['application done', 'permission:Mail.ReadWrite done', 'first-token done', 'allow done', 'verify done'],
  )
  assert.deepEqual(done.outcome, { done: asked.changes, left: [] })
  assert.deepEqual(roles(), ['Mail.Read', 'Mail.ReadWrite', 'User.Read.All'])
  await lab.organizations.requireRestoreRights(organization.id)
  const during = await now()
  assert.equal(during.restoreRights, true)
  assert.equal(during.restoreRightsUntil, asked.endsAt)
  assert.equal(during.health[0]?.write, 'ok')

  lab.clock.move(61 * 60_000)
  await assert.rejects(lab.organizations.requireRestoreRights(organization.id), {
    code: 'ORG_NO_RESTORE_RIGHTS',
  })
  assert.equal((await lab.organizations.get(organization.id)).restoreRights, false)
  const after = await now()
  assert.equal(after.restoreRights, false)
  assert.equal(after.writeGranted, true, 'the tenant still grants them, which is said')
  assert.equal((await lab.organizations.verify(organization.id)).health[0]?.write, 'not-granted')
  assert.deepEqual(roles(), ['Mail.Read', 'Mail.ReadWrite', 'User.Read.All'])
})

test('write rights left in the tenant are taken away by an administrator, read back, and gone', async () => {
  covers('management', 'global', 'revoke-restore-rights')
  const done = await runTask(
    lab,
    organization.id,
    { kind: 'revoke-restore' },
    'Privileged Role Administrator',
  )
  assert.equal(done.error, null)
  assert.deepEqual(changesOf(done), ['revoke Mail.ReadWrite', 'change server'])
  assert.deepEqual(roles(), ['Mail.Read', 'User.Read.All'])
  const { restoreRights, restoreRightsUntil, writeGranted } = await now()
  assert.deepEqual(
    { restoreRights, restoreRightsUntil, writeGranted },
    {
      restoreRights: false,
      restoreRightsUntil: null,
      writeGranted: false,
    },
  )
})

test('rights that are there already are not granted twice, only given an end', async () => {
  await runTask(lab, organization.id, { kind: 'grant-restore', endsAt: inMinutes(lab, 30) })
  const again = await runTask(lab, organization.id, { kind: 'grant-restore', endsAt: inMinutes(lab, 90) })
  assert.deepEqual(changesOf(again), ['change server'])
  assert.equal((await now()).restoreRightsUntil, again.endsAt)
  assert.deepEqual(roles(), ['Mail.Read', 'Mail.ReadWrite', 'User.Read.All'])
  await runTask(lab, organization.id, { kind: 'revoke-restore' })
})

test('an end in the past, or more than 30 days ahead, is refused', async () => {
  for (const minutes of [-1, 1, 31 * 24 * 60]) {
    await assert.rejects(
      lab.tasks.start(
        organization.id,
        { kind: 'grant-restore', endsAt: inMinutes(lab, minutes) },
        operatorId,
      ),
      { code: 'TSK_END_INVALID', status: 422 },
    )
  }
})

test('who may manage applications but not grant permissions is told which role is missing; the role once activated suffices', async () => {
  const { id } = await lab.tasks.start(
    organization.id,
    { kind: 'grant-restore', endsAt: inMinutes(lab, 30) },
    operatorId,
  )
  const refused = await signInForTask(lab, id, 'Cloud Application Administrator')
  assert.equal(refused.state, 'need-admin-approval')
  assert.deepEqual(refused.approval?.heldRoles, ['Cloud Application Administrator'])
  assert.deepEqual(refused.approval?.requiredRoles, ['Global Administrator', 'Privileged Role Administrator'])
  assert.match(refused.approval?.explanation ?? '', /Privileged Identity Management/)
  assert.equal(
    refused.approval?.administratorLink,
    `http://localhost:18600/organizations/${organization.id}/tasks/${id}`,
  )
  await assert.rejects(lab.tasks.grant(id), { code: 'TSK_WRONG_STATE' })

  const user = lab.simulator.tenant.users.find(
    ({ signInName }) => signInName === lab.persona('Cloud Application Administrator').upn,
  )
  const before = user?.roles ?? []
  Object.assign(user ?? {}, { roles: [...before, 'Privileged Role Administrator'] })
  try {
    assert.equal((await signInForTask(lab, id, 'Cloud Application Administrator')).state, 'awaiting-grant')
  } finally {
    Object.assign(user ?? {}, { roles: before })
  }
  assert.equal((await lab.tasks.cancel(id)).state, 'cancelled')
  assert.deepEqual(roles(), ['Mail.Read', 'User.Read.All'])
})

test('a grant that fails half-way takes back what it had granted', async () => {
  const asked = await awaitingGrant(lab, organization.id, {
    kind: 'grant-restore',
    endsAt: inMinutes(lab, 30),
  })
  // The organization's own credential stops working: the new token, and with it the proof, never comes.
  const [application] = lab.simulator.tenant.directory.applications.filter(
    ({ appId }) => appId === organization.applicationId,
  )
  const kept = application?.passwordCredentials.splice(0) ?? []
  await lab.tasks.grant(asked.id)
  const failed = await taskUntil(lab, asked.id, 'failed', 'done')
  application?.passwordCredentials.push(...kept)
  assert.equal(failed.error?.code, 'TSK_CREDENTIAL_REFUSED')
  assert.equal(failed.error?.microsoft?.code, 'AADSTS7000215')
  assert.match(failed.error?.detail ?? '', /'Repair'/)
  assert.deepEqual(failed.outcome, { done: [], left: [] })
  assert.deepEqual(roles(), ['Mail.Read', 'User.Read.All'])
  const { restoreRights, writeGranted } = await now()
  assert.deepEqual({ restoreRights, writeGranted }, { restoreRights: false, writeGranted: false })
})

test('two administrators at once: one changes the tenant, the other is told', async () => {
  const input = { kind: 'grant-restore', endsAt: inMinutes(lab, 45) } as const
  const first = await awaitingGrant(lab, organization.id, input)
  const second = await awaitingGrant(lab, organization.id, input, 'Privileged Role Administrator')
  const answers = await Promise.allSettled([lab.tasks.grant(first.id), lab.tasks.grant(second.id)])
  const refused = answers.filter(({ status }) => status === 'rejected')
  assert.equal(refused.length, 1)
  assert.equal((refused[0] as PromiseRejectedResult).reason.code, 'TSK_BUSY')
  const ids = [first.id, second.id]
  const winner = ids[answers.findIndex(({ status }) => status === 'fulfilled')] ?? ''
  assert.equal((await taskUntil(lab, winner, 'done', 'failed')).error, null)
  await lab.tasks.cancel(ids.find((id) => id !== winner) ?? '')
  assert.deepEqual(roles(), ['Mail.Read', 'Mail.ReadWrite', 'User.Read.All'])
  const { items } = await lab.tasks.list(organization.id, { limit: 2 })
  assert.deepEqual(new Set(items.map(({ id }) => id)), new Set(ids))
})
