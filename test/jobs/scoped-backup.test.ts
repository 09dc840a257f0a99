/** Exchange gives the application some mailboxes only: the others are not covered, and that is no failure. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openBackupLab } from './backup-lab.ts'
import { assertSameAsTenant } from './same-as-tenant.ts'

const lab = await openBackupLab({ users: 3, mails: 12 })
after(() => lab.stop())
const mailboxes = await lab.mailboxes()
const [one = '', two = '', three = ''] = mailboxes.map(({ id }) => id)
const appId = lab.simulator.ready.app?.clientId ?? ''

/** Takes the permissions for mail away from the application in Entra. */
function takeMailPermissions(): void {
  const { directory } = lab.simulator.tenant
  const roles = directory.servicePrincipals.flatMap((principal) =>
    principal.displayName === 'Microsoft Graph' ? principal.appRoles : [],
  )
  const mail = new Set(roles.filter(({ value }) => value.startsWith('Mail.')).map(({ id }) => id))
  const kept = directory.assignments.filter(({ appRoleId }) => !mail.has(appRoleId))
  directory.assignments.splice(0, Number.POSITIVE_INFINITY, ...kept)
}

async function exchange(verb: 'rbac' | 'access-policy', body: object): Promise<void> {
  const response = await fetch(`${lab.simulator.ready.control}/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ appId, ...body }),
  })
  assert.ok(response.ok, await response.text())
}

/** Of the users with a mailbox, those that Exchange refused; it refuses those without one in the same words. */
async function outOfScope(runId: string) {
  const names = mailboxes.map(({ userPrincipalName }) => userPrincipalName)
  const { items } = await lab.service.runs.resources(runId, { limit: 100 })
  return items.filter(
    ({ state, error, userPrincipalName }) =>
      state === 'skipped' && error !== null && names.includes(userPrincipalName),
  )
}

test('mailboxes outside a scope of RBAC for Applications are not covered, and the run succeeds', async () => {
  takeMailPermissions()
  await exchange('rbac', { permissions: ['Application Mail.Read'], users: [one, two] })
  const run = await lab.backUp()
  assert.equal(run.error, null)
  assert.equal(run.state, 'succeeded')
  assert.deepEqual([run.counts.mailboxesDone, run.counts.mailboxesFailed], [2, 0])
  const [left, ...more] = await outOfScope(run.id)
  assert.deepEqual(more, [])
  assert.equal(left?.userPrincipalName, mailboxes.find(({ id }) => id === three)?.userPrincipalName)
  assert.match(left?.notice ?? '', /not in the scope of this application/)
  assert.equal(left?.error?.code, 'JOB_MAILBOX_OUT_OF_SCOPE')
  await assertSameAsTenant(lab, { without: [three] })
})

test('a mailbox that leaves the scope keeps its last state, and one that enters it is backed up', async () => {
  await exchange('rbac', { permissions: ['Application Mail.Read'], users: [two, three] })
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.deepEqual(
    (await outOfScope(run.id)).map(({ userPrincipalName }) => userPrincipalName),
    mailboxes.filter(({ id }) => id === one).map(({ userPrincipalName }) => userPrincipalName),
  )
  await assertSameAsTenant(lab)
})

test('where no mailbox at all may be read the run fails, and says what Exchange does', async () => {
  await exchange('rbac', { permissions: [], users: [] })
  const run = await lab.backUp()
  assert.equal(run.state, 'failed')
  assert.equal(run.error?.code, 'JOB_RUN_ALL_FAILED')
  assert.match(run.error?.title ?? '', /not in the scope of this application/)
})

test('an application access policy keeps mailboxes out in the same way', async () => {
  await exchange('rbac', { permissions: ['Application Mail.Read'] })
  await exchange('access-policy', { users: [one] })
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.deepEqual([run.counts.mailboxesDone, run.counts.mailboxesFailed], [1, 0])
  assert.equal((await outOfScope(run.id)).length, 2)
})
