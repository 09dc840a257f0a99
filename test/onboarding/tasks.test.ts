import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { cloudNames } from '../../simulator/tenant/index.ts'
import { covers } from '../covers.ts'
import { cancelSignIn, enterCode, signIn } from './browser.ts'
import {
  createdApplication,
  enterCodeAs,
  grantedRoles,
  hold,
  type Lab,
  openLab,
  operatorId,
  sessionId,
  start,
  until,
} from './lab.ts'
import { addedOrganization, awaitingGrant, changesOf, inMinutes, runTask, taskUntil } from './task-lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab({ clouds: cloudNames })
})
after(() => lab.stop())
afterEach(async () => {
  for (const cloud of cloudNames) lab.tenant(cloud).directory.applications.splice(0)
  for (const table of ['onboardings', 'administrator_tasks', 'organizations'] as const)
    await lab.database.db.deleteFrom(table).execute()
})

const administrator = 'Global Administrator'

for (const cloud of cloudNames) {
  test(`restore rights are granted with a one-time code in the cloud ${cloud}`, async () => {
    const { id: onboardingId } = await start(lab, { method: 'device-code', cloud, restoreRights: false })
    await enterCodeAs(lab, onboardingId, administrator)
    await lab.onboardings.grant(onboardingId)
    await until(lab, onboardingId, 'completing')
    const saved = await lab.onboardings.save(onboardingId, { organizationName: cloud }, operatorId)
    const organizationId = saved.organizationId ?? ''

    const input = { kind: 'grant-restore', endsAt: inMinutes(lab, 60) } as const
    const { id } = await lab.tasks.start(organizationId, input, operatorId)
    if (cloud !== 'global')
      await assert.rejects(lab.tasks.signIn(id, sessionId, {}), { code: 'ONB_METHOD_UNAVAILABLE' })
    const release = hold(lab)
    const shown = await lab.tasks.deviceCode(id)
    assert.equal(shown.state, 'code-shown')
    assert.ok(shown.deviceCode)
    await enterCode(shown.deviceCode, lab.persona(administrator, cloud), 'continue')
    const asked = await lab.tasks.checkDeviceCode(id)
    release()
    assert.equal(asked.state, 'awaiting-grant')
    assert.equal(asked.deviceCode, null)
    assert.deepEqual(changesOf(asked), ['grant Mail.ReadWrite', 'change server'])
    await lab.tasks.grant(id)
    assert.equal((await taskUntil(lab, id, 'done', 'failed')).error, null)
    const { applicationId, restoreRights } = await lab.organizations.view(organizationId)
    assert.equal(restoreRights, true)
    assert.deepEqual(grantedRoles(lab, applicationId, cloud), [
      'Mail.Read',
      'Mail.ReadWrite',
      'User.Read.All',
    ])
  })
}

test('a one-time code that is declined, and one that the server forgot, make room for a new one or for the browser', async () => {
  const organization = await addedOrganization(lab)
  const { id } = await lab.tasks.start(organization.id, { kind: 'revoke-restore' }, operatorId)
  const release = hold(lab)
  const first = await lab.tasks.deviceCode(id)
  assert.ok(first.deviceCode)
  await enterCode(first.deviceCode, lab.persona(administrator), 'cancel')
  const declined = await lab.tasks.checkDeviceCode(id)
  assert.equal(declined.state, 'code-shown')
  assert.equal(declined.deviceCode, null)
  assert.equal(declined.error?.code, 'ONB_CODE_DECLINED')
  await lab.tasks.deviceCode(id)
  release()
  lab = await lab.restart()
  const forgotten = await lab.tasks.get(id)
  assert.equal(forgotten.state, 'code-shown')
  assert.equal(forgotten.deviceCode, null)
  assert.match(forgotten.notice ?? '', /'New code'/)
  const { authorizationUrl } = await lab.tasks.signIn(id, sessionId, {})
  const landing = await signIn(authorizationUrl, lab.persona(administrator))
  assert.ok(landing.kind === 'returned')
  const path = await lab.signInReturns.complete(
    { state: landing.query.get('state') ?? '', code: landing.query.get('code') ?? '' },
    sessionId,
  )
  assert.equal(path, `/organizations/${organization.id}/tasks/${id}`)
  assert.equal((await lab.tasks.get(id)).state, 'awaiting-grant')
})

test('a return finds its way by what the sign-in was started for, once, and only in its own session', async () => {
  const { id } = await start(lab)
  const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {})
  const landing = await signIn(authorizationUrl, lab.persona(administrator))
  assert.ok(landing.kind === 'returned')
  const answer = { state: landing.query.get('state') ?? '', code: landing.query.get('code') ?? '' }
  await assert.rejects(lab.signInReturns.complete(answer, 'another session'), { code: 'ONB_SIGN_IN_UNKNOWN' })
  assert.equal(await lab.signInReturns.complete(answer, sessionId), `/onboarding/${id}`)
  await assert.rejects(lab.signInReturns.complete(answer, sessionId), { code: 'ONB_SIGN_IN_UNKNOWN' })
})

test('an account of another organization is refused by name, and nothing is looked at', async () => {
  const organization = await addedOrganization(lab)
  const { id } = await lab.tasks.start(organization.id, { kind: 'revoke-restore' }, operatorId)
  const { authorizationUrl } = await lab.tasks.signIn(id, sessionId, {})
  assert.ok(authorizationUrl.includes(lab.tenant().id), 'the sign-in is limited to the organization')
  const landing = await signIn(authorizationUrl, lab.persona(administrator))
  assert.ok(landing.kind === 'returned')
  // As if the account had come from elsewhere.
  const elsewhere = { id: lab.tenant('usgov').id, name: 'Elsewhere', defaultDomain: 'elsewhere.example' }
  await lab.database.db
    .updateTable('administrator_tasks')
    .set({ tenant: JSON.stringify(elsewhere) })
    .execute()
  const view = await lab.tasks.completeSignIn(
    { state: landing.query.get('state') ?? '', code: landing.query.get('code') ?? '' },
    sessionId,
  )
  assert.equal(view.state, 'signing-in')
  assert.equal(view.error?.code, 'TSK_OTHER_TENANT')
  assert.match(view.error?.title ?? '', new RegExp(`${lab.persona(administrator).upn}.*Elsewhere`))
  assert.deepEqual(view.changes, [])
})

test('a guest stays at Microsoft; a sign-in that ends without a reason names both causes', async () => {
  const organization = await addedOrganization(lab)
  const { id } = await lab.tasks.start(organization.id, { kind: 'revoke-restore' }, operatorId)
  const first = await lab.tasks.signIn(id, sessionId, {})
  assert.equal((await signIn(first.authorizationUrl, lab.persona('Guest'))).kind, 'page')
  const second = await lab.tasks.signIn(id, sessionId, { selectAccount: true })
  assert.equal(new URL(second.authorizationUrl).searchParams.get('prompt'), 'select_account')
  const landing = await cancelSignIn(second.authorizationUrl)
  assert.ok(landing.kind === 'returned')
  const view = await lab.tasks.completeSignIn(
    { state: landing.query.get('state') ?? '', error: landing.query.get('error') ?? '' },
    sessionId,
  )
  assert.equal(view.state, 'need-admin-approval')
  assert.equal(view.approval?.reason, 'access-denied')
  assert.match(view.approval?.explanation ?? '', /cancelled.*administrator/)
})

test('added workloads bring the missing permissions and nothing else', async () => {
  covers('management', 'global', 'add-workloads')
  const organization = await addedOrganization(lab, { restoreRights: false })
  await assert.rejects(
    lab.tasks.start(organization.id, { kind: 'add-workloads', workloads: ['mail'] }, operatorId),
    { code: 'TSK_NOTHING_TO_ADD', status: 422 },
  )
  // As if it had been added for other workloads than mail.
  const { directory } = lab.tenant()
  const graph = directory.servicePrincipals.find(({ appRoles }) => appRoles.length > 0)
  const mail = directory.servicePrincipals
    .flatMap(({ appRoles }) => appRoles)
    .find(({ value }) => value === 'Mail.Read')
  assert.ok(graph && mail)
  directory.assignments = directory.assignments.filter(({ appRoleId }) => appRoleId !== mail.id)
  await lab.database.db.updateTable('organizations').set({ workloads: '[]', health: '[]' }).execute()

  const done = await runTask(lab, organization.id, { kind: 'add-workloads', workloads: ['mail'] })
  assert.equal(done.error, null)
  assert.deepEqual(changesOf(done), ['grant Mail.Read', 'change server'])
  const after = await lab.organizations.view(organization.id)
  assert.deepEqual(after.workloads, ['mail'])
  assert.equal(after.health[0]?.read, 'ok')
  assert.deepEqual(grantedRoles(lab, organization.applicationId), ['Mail.Read', 'User.Read.All'])
})

test('optional permissions are granted when asked for and by nothing else, and count as normal from then on', async () => {
  const organization = await addedOrganization(lab, { restoreRights: false })
  const repair = await awaitingGrant(lab, organization.id, { kind: 'repair' })
  assert.deepEqual(
    changesOf(repair).filter((change) => change.startsWith('grant')),
    [],
  )
  await lab.tasks.cancel(repair.id)
  assert.deepEqual(grantedRoles(lab, organization.applicationId), ['Mail.Read', 'User.Read.All'])

  const done = await runTask(lab, organization.id, { kind: 'grant-optional', access: ['mailbox-settings'] })
  assert.equal(done.error, null)
  assert.deepEqual(changesOf(done), ['grant MailboxSettings.Read'])
  const again = await awaitingGrant(lab, organization.id, {
    kind: 'grant-optional',
    access: ['mailbox-settings', 'groups'],
  })
  assert.deepEqual(changesOf(again), ['grant GroupMember.Read.All'])
  await lab.tasks.cancel(again.id)
  assert.deepEqual(grantedRoles(lab, organization.applicationId), [
    'Mail.Read',
    'MailboxSettings.Read',
    'User.Read.All',
  ])
  await lab.organizations.verify(organization.id)
  const view = await lab.organizations.view(organization.id)
  assert.deepEqual([view.health[0]?.read, view.health[0]?.missingPermissions, view.drift], ['ok', [], []])

  // Without mail there are no settings of mailboxes to be read.
  await lab.database.db.updateTable('organizations').set({ workloads: '["contacts"]' }).execute()
  await assert.rejects(
    lab.tasks.start(organization.id, { kind: 'grant-optional', access: ['mailbox-settings'] }, operatorId),
    { code: 'TSK_NOT_AVAILABLE' },
  )
})

test("an administrator's token is nowhere in the database, in a view or in an event", async () => {
  const organization = await addedOrganization(lab)
  const asked = await awaitingGrant(lab, organization.id, { kind: 'repair' })
  await lab.tasks.grant(asked.id)
  await taskUntil(lab, asked.id, 'done')
  const rows = await lab.database.db.selectFrom('administrator_tasks').selectAll().execute()
  assert.ok(!/eyJ[\w-]{10,}\./.test(JSON.stringify([rows, asked])))
})

test('what is not an organization, not a task, or over already is told', async () => {
  const none = '00000000-0000-0000-0000-000000000000'
  await assert.rejects(lab.tasks.start(none, { kind: 'repair' }, operatorId), { code: 'ORG_NOT_FOUND' })
  await assert.rejects(lab.tasks.list(none, {}), { code: 'ORG_NOT_FOUND' })
  await assert.rejects(lab.tasks.get(none), { code: 'TSK_NOT_FOUND' })
  const { id: onboardingId } = await createdApplication(lab)
  const { organizationId } = await lab.onboardings.save(onboardingId, { organizationName: 'H' }, operatorId)
  const { id } = await lab.tasks.start(organizationId ?? '', { kind: 'repair' }, operatorId)
  await lab.tasks.cancel(id)
  await assert.rejects(lab.tasks.signIn(id, sessionId, {}), { code: 'TSK_WRONG_STATE' })
  await assert.rejects(lab.tasks.deviceCode(id), { code: 'TSK_WRONG_STATE' })
  await assert.rejects(lab.tasks.cancel(id), { code: 'TSK_WRONG_STATE' })
})
