import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { StartTask, TaskView } from '../../src/contract/index.ts'
import { applications, grantedRoles, type Lab, openLab } from './lab.ts'
import { addedOrganization, awaitingGrant, inMinutes, signInForTask, taskUntil } from './task-lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})
after(() => lab.stop())
afterEach(async () => {
  lab.onTask = undefined
  lab.simulator.tenant.directory.applications.splice(0)
  for (const table of ['onboardings', 'administrator_tasks', 'organizations'] as const)
    await lab.database.db.deleteFrom(table).execute()
})

/** Grants, and takes the server down as soon as the given step is about to run. */
async function interruptedAt(id: string, stepId: string): Promise<TaskView> {
  const reached = new Promise<void>((resolve) => {
    lab.onTask = ({ steps }) => {
      if (!steps.some((step) => step.id === stepId && step.state === 'running')) return
      lab.onTask = undefined
      void lab.tasks.close()
      resolve()
    }
  })
  await lab.tasks.grant(id)
  await reached
  lab = await lab.restart()
  return lab.tasks.get(id)
}

const cases: readonly (readonly [StartTask['kind'], readonly string[]])[] = [
  ['grant-restore', ['application', 'permission:Mail.ReadWrite', 'first-token', 'allow', 'verify']],
  ['revoke-restore', ['stop', 'revoke:Mail.ReadWrite', 'read-back', 'verify']],
  ['upgrade-certificate', ['credential', 'first-token', 'replace', 'remove-old', 'verify']],
  ['repair', ['application', 'service-principal', 'credential', 'probe:mail', 'replace', 'remove-old']],
  ['clean-exit', ['stop', 'delete', 'purge', 'service-principal', 'read-back', 'forget']],
]

function inputOf(kind: StartTask['kind']): StartTask {
  if (kind === 'grant-restore') return { kind, endsAt: inMinutes(lab, 60) }
  if (kind === 'grant-optional') return { kind, access: ['groups'] }
  return kind === 'add-workloads' ? { kind, workloads: ['mail'] } : { kind }
}

for (const [kind, stepIds] of cases) {
  for (const stepId of stepIds) {
    test(`${kind} interrupted at ${stepId} goes on after one new sign-in and ends as it would have`, async () => {
      const organization = await addedOrganization(lab, { restoreRights: kind !== 'grant-restore' })
      const { id } = await awaitingGrant(lab, organization.id, inputOf(kind))
      const interrupted = await interruptedAt(id, stepId)
      assert.equal(interrupted.state, 'signing-in')
      assert.equal(interrupted.notice, 'Sign in again to continue')
      const next = await signInForTask(lab, id)
      assert.equal(next.state, 'running', 'what was confirmed before counts for the same account')
      const done = await taskUntil(lab, id, 'done', 'failed')
      assert.equal(done.error, null)
      assert.deepEqual(done.outcome?.left, [])

      const [application] = applications(lab)
      if (kind === 'clean-exit') return assert.equal(application, undefined)
      const { passwordCredentials = [], keyCredentials = [], appId = '' } = application ?? {}
      assert.equal(passwordCredentials.length + keyCredentials.length, 1, 'exactly one credential remains')
      const writes = kind === 'revoke-restore' ? [] : ['Mail.ReadWrite']
      assert.deepEqual(grantedRoles(lab, appId), ['Mail.Read', ...writes, 'User.Read.All'])
      const after = await lab.organizations.verify(organization.id)
      assert.equal(after.health[0]?.read, 'ok')
      assert.equal(after.restoreRights, kind !== 'revoke-restore')
      assert.equal(after.credential.kind, kind === 'upgrade-certificate' ? 'certificate' : 'password')
    })
  }
}

test('another administrator who signs in after an interruption is asked before anything goes on', async () => {
  const organization = await addedOrganization(lab, { restoreRights: false })
  const { id } = await awaitingGrant(lab, organization.id, inputOf('grant-restore'))
  await interruptedAt(id, 'first-token')
  const asked = await signInForTask(lab, id, 'Privileged Role Administrator')
  assert.equal(asked.state, 'awaiting-grant')
  await lab.tasks.grant(id)
  assert.equal((await taskUntil(lab, id, 'done', 'failed')).error, null)
})

test('cancelled after an interruption, without a token, the server says what may be left', async () => {
  const organization = await addedOrganization(lab, { restoreRights: false })
  const { id } = await awaitingGrant(lab, organization.id, inputOf('grant-restore'))
  await interruptedAt(id, 'first-token')
  const cancelled = await lab.tasks.cancel(id)
  assert.match(cancelled.outcome?.left.join(' ') ?? '', /Mail\.ReadWrite may still be granted/)
  const { restoreRights, writeGranted } = await lab.organizations.view(organization.id)
  assert.deepEqual({ restoreRights, writeGranted }, { restoreRights: false, writeGranted: true })
})

test('a server that dies while a change is being taken back says what may be left when it starts again', async () => {
  const organization = await addedOrganization(lab, { credentialKind: 'password' })
  const { id } = await awaitingGrant(lab, organization.id, { kind: 'upgrade-certificate' })
  await interruptedAt(id, 'first-token')
  await lab.database.db
    .updateTable('administrator_tasks')
    .set({ state: 'failed', cleanup: 'pending' })
    .where('id', '=', id)
    .execute()
  lab = await lab.restart()
  const view = await lab.tasks.get(id)
  assert.match(view.outcome?.left.join(' ') ?? '', /credential named "BDRCloud .* may be left/)
  const row = await lab.database.db.selectFrom('administrator_tasks').selectAll().executeTakeFirstOrThrow()
  assert.equal(row.credential_sealed, null, 'the new key is destroyed')
  assert.equal(row.cleanup, 'left')
})

for (const [what, kind, method, path] of [
  ['permission', 'grant-restore', 'POST', /appRoleAssignedTo/],
  ['certificate', 'upgrade-certificate', 'PATCH', /applications/],
  ['password', 'repair', 'POST', /addPassword/],
  ['deletion', 'clean-exit', 'DELETE', /applications/],
] as const) {
  test(`a server that dies before Microsoft's answer on the ${what} is seen ends with one of it`, async () => {
    const organization = await addedOrganization(lab, { restoreRights: false })
    const { id } = await awaitingGrant(lab, organization.id, inputOf(kind))
    const died = new Promise<void>((resolve) => {
      lab.diesAt = { method, path, died: resolve }
    })
    await lab.tasks.grant(id)
    await died
    lab = await lab.restart()
    await signInForTask(lab, id)
    assert.equal((await taskUntil(lab, id, 'done', 'failed')).error, null)
    const [application] = applications(lab)
    if (kind === 'clean-exit') return assert.equal(application, undefined)
    const { passwordCredentials = [], keyCredentials = [] } = application ?? {}
    assert.equal(passwordCredentials.length + keyCredentials.length, 1)
    assert.equal((await lab.organizations.verify(organization.id)).health[0]?.read, 'ok')
  })
}

test('a task that nobody moves for an hour expires, and nothing was changed', async () => {
  const organization = await addedOrganization(lab, { restoreRights: false })
  const { id } = await awaitingGrant(lab, organization.id, inputOf('grant-restore'))
  lab.clock.move(61 * 60_000)
  await lab.tasks.sweep()
  assert.equal((await lab.tasks.get(id)).state, 'expired')
  await assert.rejects(lab.tasks.grant(id), { code: 'TSK_WRONG_STATE' })
})
