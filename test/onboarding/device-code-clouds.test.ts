/** What follows a sign-in by one-time code, in every cloud: the same as after a browser's, and nothing else. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { type CloudName, cloudNames } from '../../simulator/tenant/index.ts'
import type { CredentialKind, OnboardingView } from '../../src/contract/index.ts'
import { covers } from '../covers.ts'
import { enterCode } from './browser.ts'
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
} from './lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab({ lagSeconds: 3, clouds: cloudNames })
})
after(() => lab.stop())
afterEach(async () => {
  lab.onAnnounced = undefined
  for (const cloud of cloudNames) {
    const { policies, directory } = lab.tenant(cloud)
    Object.assign(policies, {
      passwordsAllowed: true,
      passwordMaximumDays: undefined,
      certificateMaximumDays: undefined,
    })
    directory.applications.splice(0)
  }
  await lab.database.db.deleteFrom('onboardings').execute()
  await lab.database.db.deleteFrom('organizations').execute()
})

const administrator = 'Global Administrator'
const save = (id: string) => lab.onboardings.save(id, { organizationName: 'Harbour' }, operatorId)

/** From nothing to 'Grant Access'. */
async function admitted(cloud: CloudName, credentialKind: CredentialKind = 'password'): Promise<string> {
  const { id } = await start(lab, { method: 'device-code', cloud, credentialKind, restoreRights: false })
  assert.equal((await enterCodeAs(lab, id, administrator)).state, 'awaiting-grant')
  return id
}

/** From nothing to the application. */
async function created(
  cloud: CloudName,
  credentialKind: CredentialKind = 'password',
): Promise<OnboardingView> {
  const id = await admitted(cloud, credentialKind)
  await lab.onboardings.grant(id)
  return until(lab, id, 'completing', 'failed')
}

for (const cloud of cloudNames) {
  test(`a certificate is made, its key stays here, and nothing but the chosen permissions is granted (${cloud})`, async () => {
    covers(
      'device-code',
      ['global', 'usgov', 'usdod', 'china'],
      ['certificate', 'creation-in-progress', 'verifying'],
    )
    const { id, error, completion } = await created(cloud, 'certificate')
    assert.equal(error, null)
    assert.equal(completion?.credentialKind, 'certificate')
    const waits = lab.announced.flatMap(({ steps }) => steps.filter(({ nextTryAt }) => nextTryAt !== null))
    assert.ok(
      waits.some(({ detail }) => detail?.includes('still replicating')),
      'a wait has its reason',
    )
    const saved = await save(id)
    assert.ok(lab.announced.some((view) => view.id === id && view.state === 'verifying'))
    const [application] = applications(lab, cloud)
    assert.equal(application?.keyCredentials.length, 1)
    assert.equal(application?.passwordCredentials.length, 0)
    assert.deepEqual(grantedRoles(lab, application?.appId ?? '', cloud), ['Mail.Read', 'User.Read.All'])
    const { health } = await lab.organizations.view(saved.organizationId ?? '')
    assert.deepEqual([health[0]?.read, health[0]?.write], ['ok', 'not-granted'])
  })

  test(`policies choose the other credential or a shorter life, and the page says so (${cloud})`, async () => {
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], ['password-forbidden', 'lifetime-limited'])
    const { policies } = lab.tenant(cloud)
    policies.passwordsAllowed = false
    policies.certificateMaximumDays = 31
    const view = await created(cloud, 'password')
    assert.equal(view.error, null)
    assert.equal(view.completion?.credentialKind, 'certificate')
    assert.match(view.completion?.credentialNotice ?? '', /forbids 'Application Password'.*after 30 days/)
  })

  test(`'Cancel' leaves nothing, before and after the creation (${cloud})`, async () => {
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], ['cancelled', 'grant-cancelled'])
    const before = await admitted(cloud)
    assert.equal((await lab.onboardings.cancel(before)).state, 'cancelled')
    assert.deepEqual(applications(lab, cloud), [])
    const { id } = await created(cloud)
    const cancelled = await lab.onboardings.cancel(id)
    assert.deepEqual(cancelled.leftovers, [])
    assert.deepEqual(applications(lab, cloud), [])
  })

  test(`an hour without progress destroys the key and lists what is left (${cloud})`, async () => {
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'expired')
    const { id } = await created(cloud)
    const [application] = applications(lab, cloud)
    lab.clock.move(61 * 60_000)
    await lab.onboardings.sweep()
    const view = await lab.onboardings.get(id)
    assert.equal(view.state, 'expired')
    assert.match(view.leftovers.join(' '), new RegExp(application?.appId ?? 'none'))
  })

  test(`a tenant that is listed leads to its organization, and of two operators one wins (${cloud})`, async () => {
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], ['tenant-exists', 'two-operators', 'failed'])
    const [first, second] = [await admitted(cloud), await admitted(cloud)]
    await lab.onboardings.grant(first)
    await assert.rejects(lab.onboardings.grant(second), { code: 'ONB_TENANT_BEING_ADDED' })
    await until(lab, first, 'completing')
    const { organizationId } = await save(first)
    const late = await lab.onboardings.grant(second)
    assert.equal(late.state, 'failed')
    assert.equal(late.organizationId, organizationId)
    const { id } = await start(lab, { method: 'device-code', cloud })
    const told = await enterCodeAs(lab, id, administrator)
    assert.equal(told.state, 'failed')
    assert.equal(told.error?.code, 'ONB_TENANT_EXISTS')
    assert.equal(told.organizationId, organizationId)
    assert.equal(applications(lab, cloud).length, 1)
  })

  test(`a guest stays at Microsoft, and the code goes on to be shown (${cloud})`, async () => {
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'guest')
    const { id } = await start(lab, { method: 'device-code', cloud })
    const release = hold(lab)
    const { deviceCode } = await lab.onboardings.deviceCode(id)
    assert.ok(deviceCode)
    assert.match(await enterCode(deviceCode, lab.persona('Guest', cloud), 'continue'), /AADSTS50020/)
    assert.ok((await lab.onboardings.checkDeviceCode(id)).deviceCode)
    release()
  })

  test(`what was begun in one tenant is refused to another, and an application changed by somebody else is left alone (${cloud})`, async () => {
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], ['other-tenant', 'foreign-application'])
    const id = await admitted(cloud)
    const reached = new Promise<void>((resolve) => {
      lab.onAnnounced = ({ steps }) => {
        if (!steps.some((step) => step.id === 'credential' && step.state === 'running')) return
        lab.onAnnounced = undefined
        void lab.onboardings.close()
        resolve()
      }
    })
    await lab.onboardings.grant(id)
    await reached
    lab = await lab.restart()
    const { tenant } = await lab.onboardings.get(id)
    const as = (tenantId: string) =>
      lab.database.db
        .updateTable('onboardings')
        .set({ tenant: JSON.stringify({ ...tenant, id: tenantId }) })
        .where('id', '=', id)
        .execute()
    // The record names another tenant of this login service than the account's own.
    await as('11111111-2222-4333-8444-555555555555')
    await assert.rejects(lab.onboardings.deviceCode(id), { code: /^MSG_/ })
    await as(tenant?.id ?? '')

    const [application] = applications(lab, cloud)
    application?.passwordCredentials.push({
      keyId: '11111111-2222-3333-4444-555555555555',
      displayName: 'not ours',
      startDateTime: '2026-01-01T00:00:00Z',
      endDateTime: '2028-01-01T00:00:00Z',
      hint: 'abc',
      secretText: 'not-ours',
      usableAt: 0,
    })
    await enterCodeAs(lab, id, administrator)
    const view = await until(lab, id, 'failed', 'completing')
    assert.equal(view.error?.code, 'ONB_FOREIGN_APPLICATION')
    assert.equal(applications(lab, cloud).length, 1)
  })
}
