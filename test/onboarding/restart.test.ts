import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { covers } from '../covers.ts'
import { signIn } from './browser.ts'
import {
  applications,
  comeBack,
  createdApplication,
  grantedRoles,
  type Lab,
  openLab,
  operatorId,
  sessionId,
  signInAs,
  start,
  until,
} from './lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab({ lagSeconds: 3 })
})
after(() => lab.stop())
/** Every test leaves the tenant and the list as it found them. */
afterEach(async () => {
  lab.simulator.tenant.directory.applications.splice(0, Number.POSITIVE_INFINITY, ...foreign())
  await lab.database.db.deleteFrom('onboardings').execute()
  await lab.database.db.deleteFrom('organizations').execute()
})
function foreign() {
  return lab.simulator.tenant.directory.applications.filter(
    ({ uniqueName }) => !uniqueName?.startsWith('bdrcloud-'),
  )
}

/** Grants, and takes the server down as soon as the given step is about to run. */
async function interruptedAt(
  stepId: string,
  credentialKind: 'password' | 'certificate',
  role = 'Global Administrator',
): Promise<string> {
  const { id } = await start(lab, { credentialKind, restoreRights: false })
  await signInAs(lab, id, role)
  const reached = new Promise<void>((resolve) => {
    lab.onAnnounced = ({ steps }) => {
      if (!steps.some((step) => step.id === stepId && step.state === 'running')) return
      lab.onAnnounced = undefined
      void lab.onboardings.close()
      resolve()
    }
  })
  await lab.onboardings.grant(id)
  await reached
  lab = await lab.restart()
  return id
}

async function finish(id: string): Promise<void> {
  const ready = await until(lab, id, 'completing', 'failed')
  assert.equal(ready.error, null)
  const saved = await lab.onboardings.save(id, { organizationName: 'Harbour' }, operatorId)
  assert.equal(saved.state, 'saved')
  const [application, ...twins] = applications(lab)
  assert.deepEqual(twins, [])
  assert.equal(
    (application?.passwordCredentials.length ?? 0) + (application?.keyCredentials.length ?? 0),
    1,
    'exactly one credential remains',
  )
  assert.deepEqual(grantedRoles(lab, application?.appId ?? ''), ['Mail.Read', 'User.Read.All'])
}

for (const credentialKind of ['password', 'certificate'] as const) {
  for (const stepId of [
    'application',
    'service-principal',
    'credential',
    'permission:Mail.Read',
    'first-token',
    'probe:mail',
  ]) {
    test(`interrupted at ${stepId} with a ${credentialKind}, one new sign-in ends with one application`, async () => {
      covers('credential', 'global', 'killed')
      const id = await interruptedAt(stepId, credentialKind)
      const view = await lab.onboardings.get(id)
      assert.equal(view.state, 'signing-in')
      assert.equal(view.notice, 'Sign in again to continue')
      const next = await signInAs(lab, id, 'Global Administrator')
      assert.equal(next.state, 'creating', 'the grant given before counts for the same account')
      await finish(id)
    })
  }
}

test('another administrator who signs in after an interruption is asked before anything goes on', async () => {
  const id = await interruptedAt('credential', 'password', 'Privileged Role Administrator')
  assert.equal((await signInAs(lab, id, 'Global Administrator')).state, 'awaiting-grant')
  await lab.onboardings.grant(id)
  await finish(id)
})

test('a password of which the answer was lost is replaced, and only one remains', async () => {
  const id = await interruptedAt('permission:User.Read.All', 'password')
  const lost = { credential_id: null, credential_sealed: null, credential_key_id: null }
  await lab.database.db.updateTable('onboardings').set(lost).where('id', '=', id).execute()
  await signInAs(lab, id, 'Global Administrator')
  await finish(id)
})

for (const [what, method, path] of [
  ['application', 'PATCH', /uniqueName/],
  ['password', 'POST', /addPassword/],
] as const) {
  test(`a server that dies before Microsoft's answer on the ${what} is seen ends with one of it`, async () => {
    const { id } = await start(lab, { credentialKind: 'password', restoreRights: false })
    await signInAs(lab, id, 'Global Administrator')
    const died = new Promise<void>((resolve) => {
      lab.diesAt = { method, path, died: resolve }
    })
    await lab.onboardings.grant(id)
    await died
    lab = await lab.restart()
    assert.equal(applications(lab).length, 1, 'Microsoft made it')
    const orphans = what === 'password' ? 1 : 0
    assert.equal(applications(lab)[0]?.passwordCredentials.length, orphans)
    await signInAs(lab, id, 'Global Administrator')
    await finish(id)
  })
}

test('a restart while the browser is at Microsoft does not disturb the sign-in', async () => {
  const { id } = await start(lab)
  const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {})
  lab = await lab.restart()
  const landing = await signIn(authorizationUrl, lab.persona('Global Administrator'))
  assert.equal((await comeBack(lab, landing)).state, 'awaiting-grant')
  lab = await lab.restart()
  assert.equal((await lab.onboardings.get(id)).state, 'signing-in')
  assert.equal(
    (await signInAs(lab, id, 'Global Administrator')).state,
    'awaiting-grant',
    'nothing was granted yet',
  )
})

test('started, need-admin-approval and completing outlive a restart; verifying asks for Save again', async () => {
  covers('credential', 'global', ['started', 'need-admin-approval', 'completing', 'verifying'])
  const started = await start(lab)
  const refused = await start(lab)
  await signInAs(lab, refused.id, 'User')
  const { id } = await createdApplication(lab, { restoreRights: false })
  lab = await lab.restart()
  assert.equal((await lab.onboardings.get(started.id)).state, 'started')
  assert.equal((await lab.onboardings.get(refused.id)).state, 'need-admin-approval')
  assert.equal((await lab.onboardings.get(id)).state, 'completing')
  await lab.database.db.updateTable('onboardings').set({ state: 'verifying' }).where('id', '=', id).execute()
  lab = await lab.restart()
  const view = await lab.onboardings.get(id)
  assert.equal(view.state, 'completing')
  assert.match(view.notice ?? '', /'Save' again/)
  await finish(id)
})

test('an application under our name with a credential of somebody else is refused, shown and left alone', async () => {
  covers('credential', 'global', 'foreign-application')
  const id = await interruptedAt('credential', 'password')
  const [application] = applications(lab)
  application?.passwordCredentials.push({
    keyId: '11111111-2222-3333-4444-555555555555',
    displayName: 'not ours',
    startDateTime: '2026-01-01T00:00:00Z',
    endDateTime: '2027-01-01T00:00:00Z',
    hint: 'abc',
    customKeyIdentifier: null,
    secret: 'not-ours',
    usableAt: 0,
  } as never)
  await signInAs(lab, id, 'Global Administrator')
  const view = await until(lab, id, 'failed', 'completing')
  assert.equal(view.error?.code, 'ONB_FOREIGN_APPLICATION')
  assert.match(view.error?.title ?? '', /"not ours"/)
  assert.match(view.leftovers.join(' '), new RegExp(application?.appId ?? 'none'))
  assert.equal(applications(lab).length, 1)
})
