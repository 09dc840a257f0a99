/**
 * Every state and dialog of the methods with a sign-in, in every cloud where the method exists: the Automatic Credential Process in the
 * global one, the Device Code Process in all four.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import { type CloudName, cloudNames } from '../../simulator/tenant/index.ts'
import type { CredentialKind, OnboardingView } from '../../src/contract/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { covers } from '../covers.ts'
import { enterCode, signIn } from './browser.ts'
import { setFaults } from './fault-walk.ts'
import {
  applications,
  enterCodeAs,
  grantedRoles,
  hold,
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
  lab = await openLab({ clouds: cloudNames })
})
after(() => lab.stop())
afterEach(async () => {
  lab.onAnnounced = undefined
  for (const cloud of cloudNames) {
    const tenant = lab.tenant(cloud)
    await setFaults(lab, cloud, [])
    tenant.directory.applications.splice(0)
    tenant.lagSeconds = 0
    Object.assign(tenant.policies, {
      passwordsAllowed: true,
      passwordMaximumDays: undefined,
      deviceCodeFlowBlocked: false,
    })
  }
  await lab.database.db.deleteFrom('onboardings').execute()
  await lab.database.db.deleteFrom('organizations').execute()
})

const administrator = 'Global Administrator'
type Method = 'credential' | 'device-code'

const ways: readonly (readonly [Method, CloudName])[] = [
  ['credential', 'global'],
  ...cloudNames.map((cloud) => ['device-code', cloud] as const),
]

for (const [method, cloud] of ways) {
  const begin = (credentialKind: CredentialKind = 'password') =>
    start(lab, { method, cloud, credentialKind, restoreRights: false })
  const signInBy = (id: string, role = administrator): Promise<OnboardingView> =>
    method === 'credential' ? signInAs(lab, id, role) : enterCodeAs(lab, id, role)
  const created = async (credentialKind: CredentialKind = 'password'): Promise<OnboardingView> => {
    const { id } = await begin(credentialKind)
    await signInBy(id)
    await lab.onboardings.grant(id)
    return until(lab, id, 'completing', 'failed', 'signing-in', 'code-shown')
  }
  const save = (id: string) => lab.onboardings.save(id, { organizationName: 'Harbour' }, operatorId)
  const asking = method === 'credential' ? 'signing-in' : 'code-shown'

  test(`${method}, ${cloud}: from the start to a listed organization, by way of an account that may not grant`, async () => {
    covers('credential', 'global', [
      'offered',
      'started',
      'need-admin-approval',
      'role-missing',
      'awaiting-grant',
    ])
    covers('credential', 'global', [
      'grant-access',
      'creating',
      'creation-in-progress',
      'completing',
      'password',
    ])
    covers('credential', 'global', ['verifying', 'saved'])
    covers(
      'device-code',
      ['global', 'usgov', 'usdod', 'china'],
      [
        'offered',
        'started',
        'need-admin-approval',
        'role-missing',
        'awaiting-grant',
        'grant-access',
        'creating',
        'creation-in-progress',
        'completing',
        'password',
        'verifying',
        'saved',
      ],
    )
    const offered = lab.onboardings.clouds().find(({ id }) => id === cloud)?.methods
    assert.equal(offered?.find((one) => one.method === method)?.available, true)
    lab.tenant(cloud).lagSeconds = 3
    lab.announced.length = 0
    const { id, state } = await begin()
    assert.equal(state, 'started')
    const refused = await signInBy(id, 'User')
    assert.equal(refused.state, 'need-admin-approval')
    assert.equal(refused.approval?.reason, 'role-missing')
    const asked = await signInBy(id)
    assert.equal(asked.state, 'awaiting-grant')
    assert.equal(asked.tenant?.id, lab.tenant(cloud).id)
    assert.equal(asked.account?.userPrincipalName, lab.persona(administrator, cloud).upn)
    assert.deepEqual(
      asked.permissions.map(({ value }) => value),
      ['User.Read.All', 'Mail.Read'],
    )
    assert.ok(asked.permissions.every(({ why }) => why.length > 20))
    assert.equal((await lab.onboardings.grant(id)).state, 'creating')
    const ready = await until(lab, id, 'completing', 'failed')
    assert.equal(ready.error, null)
    const waits = lab.announced.flatMap(({ steps }) => steps.filter(({ nextTryAt }) => nextTryAt !== null))
    assert.ok(waits.some(({ detail }) => /still replicating/.test(detail ?? '')))
    assert.equal(ready.completion?.passwordAvailable, true)
    assert.ok((await lab.onboardings.revealPassword(id)).length >= 16)
    await assert.rejects(lab.onboardings.revealPassword(id), { code: 'ONB_PASSWORD_NOT_AVAILABLE' })
    const saved = await save(id)
    assert.equal(saved.state, 'saved')
    assert.ok(lab.announced.some((view) => view.state === 'verifying'))
    const organization = await lab.organizations.view(saved.organizationId ?? '')
    assert.deepEqual([organization.cloud, organization.method], [cloud, method])
    assert.equal(organization.health[0]?.read, 'ok')
    assert.deepEqual(grantedRoles(lab, organization.applicationId, cloud), ['Mail.Read', 'User.Read.All'])
    assert.equal(applications(lab, cloud).length, 1)
  })

  test(`${method}, ${cloud}: a cancel before and after the creation leaves nothing`, async () => {
    covers('credential', 'global', ['grant-cancelled', 'cancelled'])
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], ['grant-cancelled', 'cancelled'])
    const { id } = await begin()
    assert.equal((await signInBy(id)).state, 'awaiting-grant')
    assert.equal((await lab.onboardings.cancel(id)).state, 'cancelled')
    const ready = await created()
    assert.equal(applications(lab, cloud).length, 1)
    const cancelled = await lab.onboardings.cancel(ready.id)
    assert.deepEqual([cancelled.state, cancelled.leftovers], ['cancelled', []])
    assert.deepEqual(applications(lab, cloud), [])
  })

  test(`${method}, ${cloud}: a refusal ends it, says why and takes everything back`, async () => {
    covers('credential', 'global', 'failed')
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'failed')
    const match = { server: 'graph', method: 'POST', path: 'appRoleAssignedTo' }
    await setFaults(lab, cloud, [{ match, fault: 'Authorization_RequestDenied' }])
    const failed = await created()
    assert.equal(failed.state, 'failed')
    assert.equal(failed.error?.microsoft?.code, 'Authorization_RequestDenied')
    assert.deepEqual(failed.leftovers, [])
    assert.deepEqual(applications(lab, cloud), [])
  })

  test(`${method}, ${cloud}: after an hour it expires, the key is destroyed and the application listed`, async () => {
    covers('credential', 'global', 'expired')
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'expired')
    const { id } = await created()
    lab.clock.move(61 * 60_000)
    await lab.onboardings.sweep()
    const expired = await until(lab, id, 'expired')
    assert.match(expired.leftovers.join(), new RegExp(applications(lab, cloud)[0]?.appId ?? 'none'))
    const kept = await lab.database.db.selectFrom('onboardings').selectAll().executeTakeFirstOrThrow()
    assert.equal(kept.credential_sealed, null)
    lab.clock.move(-61 * 60_000)
  })

  test(`${method}, ${cloud}: the server dies in the middle, and a new sign-in ends with one application`, async () => {
    covers('credential', 'global', 'killed')
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'killed')
    const { id } = await begin()
    await signInBy(id)
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
    const asked = await lab.onboardings.get(id)
    assert.deepEqual([asked.state, asked.notice], [asking, 'Sign in again to continue'])
    await signInBy(id)
    assert.equal((await until(lab, id, 'completing', 'failed')).error, null)
    assert.equal((await save(id)).state, 'saved')
    const [application, ...twins] = applications(lab, cloud)
    assert.deepEqual(twins, [])
    assert.equal(application?.passwordCredentials.length, 1)
  })

  test(`${method}, ${cloud}: a certificate, also where passwords are forbidden, and a shorter life where that is limited`, async () => {
    covers('credential', 'global', ['certificate', 'password-forbidden', 'lifetime-limited'])
    covers(
      'device-code',
      ['global', 'usgov', 'usdod', 'china'],
      ['certificate', 'password-forbidden', 'lifetime-limited'],
    )
    const chosen = await created('certificate')
    assert.match(chosen.completion?.certificateThumbprint ?? '', /^[0-9A-F]{64}$/)
    assert.equal(applications(lab, cloud)[0]?.keyCredentials.length, 1)
    await lab.onboardings.cancel(chosen.id)
    const { policies } = lab.tenant(cloud)
    policies.passwordsAllowed = false
    const forced = await created('password')
    assert.equal(forced.credentialKind, 'certificate')
    assert.match(forced.completion?.credentialNotice ?? '', /forbids 'Application Password'/)
    await lab.onboardings.cancel(forced.id)
    policies.passwordsAllowed = true
    policies.passwordMaximumDays = 100
    assert.match((await created()).completion?.credentialNotice ?? '', /after 90 days/)
  })

  test(`${method}, ${cloud}: what was begun in one organization is not continued in another`, async () => {
    covers('credential', 'global', 'other-tenant')
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'other-tenant')
    const { id } = await begin()
    await signInBy(id)
    // As if the application had been asked for in an organization elsewhere.
    const elsewhere = { id: lab.tenant(cloud).id, name: 'Elsewhere', defaultDomain: 'elsewhere.example' }
    const begun = (tenant: object) =>
      lab.database.db
        .updateTable('onboardings')
        .set({ application_requested: true, tenant: JSON.stringify(tenant) })
        .where('id', '=', id)
        .execute()
    await begun(elsewhere)
    lab = await lab.restart()
    const release = hold(lab, 5_000)
    try {
      // The sign-in starts for the organization as it is known, and ends when it has become another.
      const other = { ...elsewhere, id: '11111111-2222-4333-8444-555555555555' }
      let view: OnboardingView
      if (method === 'credential') {
        const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {})
        const landing = await signIn(authorizationUrl, lab.persona(administrator))
        assert.ok(landing.kind === 'returned')
        await begun(other)
        const { query } = landing
        view = await lab.onboardings.completeSignIn(
          { state: query.get('state') ?? '', code: query.get('code') ?? '' },
          sessionId,
        )
      } else {
        const { deviceCode } = await lab.onboardings.deviceCode(id)
        assert.ok(deviceCode)
        await enterCode(deviceCode, lab.persona(administrator, cloud), 'continue')
        await begun(other)
        view = await lab.onboardings.checkDeviceCode(id)
      }
      assert.equal(view.state, asking)
      assert.equal(view.error?.code, 'ONB_OTHER_TENANT')
      assert.match(view.error?.title ?? '', /Elsewhere/)
    } finally {
      release()
    }
    assert.deepEqual(applications(lab, cloud), [])
  })

  test(`${method}, ${cloud}: a guest does not get in, and an administrator still does`, async () => {
    covers('credential', 'global', 'guest')
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'guest')
    const { id } = await begin()
    if (method === 'credential') {
      const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {})
      assert.equal((await signIn(authorizationUrl, lab.persona('Guest'))).kind, 'page')
    } else {
      // Microsoft keeps the guest on its own page, and the code goes on to wait for somebody else.
      const release = hold(lab, 5_000)
      const { deviceCode } = await lab.onboardings.deviceCode(id)
      assert.ok(deviceCode)
      assert.match(await enterCode(deviceCode, lab.persona('Guest', cloud), 'continue'), /AADSTS50020/)
      const view = await lab.onboardings.checkDeviceCode(id)
      assert.deepEqual([view.state, view.error], ['code-shown', null])
      assert.equal(view.deviceCode?.userCode, deviceCode.userCode)
      release()
    }
    assert.equal((await signInBy(id)).state, 'awaiting-grant')
  })

  test(`${method}, ${cloud}: two operators at once, and an organization that is listed already`, async () => {
    covers('credential', 'global', ['two-operators', 'tenant-exists'])
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], ['two-operators', 'tenant-exists'])
    const first = await begin()
    const second = await begin()
    await signInBy(first.id)
    await signInBy(second.id)
    const grants = await Promise.allSettled([
      lab.onboardings.grant(first.id),
      lab.onboardings.grant(second.id),
    ])
    const lost = grants.find((one) => one.status === 'rejected')
    assert.ok(lost?.status === 'rejected' && isAppError(lost.reason, 'ONB_TENANT_BEING_ADDED'))
    const [winner, loser] = grants[0].status === 'fulfilled' ? [first, second] : [second, first]
    await until(lab, winner.id, 'completing')
    const saved = await save(winner.id)
    const told = await lab.onboardings.grant(loser.id)
    assert.deepEqual([told.state, told.error?.code], ['failed', 'ONB_TENANT_EXISTS'])
    const third = await begin()
    const late = await signInBy(third.id)
    assert.deepEqual([late.state, late.error?.code], ['failed', 'ONB_TENANT_EXISTS'])
    assert.equal(late.organizationId, saved.organizationId)
    assert.equal(applications(lab, cloud).length, 1)
  })

  test(`${method}, ${cloud}: an application under our name that holds somebody else's password is left alone`, async () => {
    covers('credential', 'global', 'foreign-application')
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'foreign-application')
    const ready = await created()
    const [application] = applications(lab, cloud)
    const [own] = application?.passwordCredentials ?? []
    assert.ok(application && own)
    application.passwordCredentials.push({ ...own, keyId: randomUUID(), displayName: 'not ours' })
    await lab.database.db
      .updateTable('onboardings')
      .set({ state: 'creating' })
      .where('id', '=', ready.id)
      .execute()
    lab = await lab.restart()
    await signInBy(ready.id)
    const failed = await until(lab, ready.id, 'failed', 'completing')
    assert.equal(failed.error?.code, 'ONB_FOREIGN_APPLICATION')
    assert.match(failed.leftovers.join(), new RegExp(application.appId))
    assert.equal(applications(lab, cloud).length, 1)
  })

  if (method === 'credential') continue

  test(`${method}, ${cloud}: a code is shown, checked at once, declined, expired, blocked, and made anew each time`, async () => {
    covers(
      'device-code',
      ['global', 'usgov', 'usdod', 'china'],
      ['code-shown', 'completed-box', 'new-code', 'code-declined', 'code-expired', 'code-blocked'],
    )
    const { id } = await begin()
    const release = hold(lab, 5_000)
    const shown = await lab.onboardings.deviceCode(id)
    assert.equal(shown.state, 'code-shown')
    const { pages } = lab.tenant(cloud).endpoints
    const address = `${pages}${lab.tenant(cloud).cloud.devicePath}`
    assert.equal(shown.deviceCode?.verificationAddress, address)
    const checked = await lab.onboardings.checkDeviceCode(id)
    assert.equal(checked.deviceCode?.userCode, shown.deviceCode?.userCode)
    release()
    const declined = await enterCodeAs(lab, id, administrator, 'cancel')
    assert.equal(declined.error?.code, 'ONB_CODE_DECLINED')

    // Nobody enters it: the waits of the server bring its end.
    await lab.onboardings.deviceCode(id)
    const ended = await until(lab, id, 'code-shown').then(async (view) => {
      for (let tries = 0; view.error === null && tries < 2000; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        view = await lab.onboardings.get(id)
      }
      return view
    })
    assert.equal(ended.error?.code, 'ONB_CODE_EXPIRED')

    lab.tenant(cloud).policies.deviceCodeFlowBlocked = true
    const blocked = await enterCodeAs(lab, id, administrator)
    assert.deepEqual(
      [blocked.error?.code, blocked.error?.microsoft?.code],
      ['ONB_CODE_BLOCKED', 'AADSTS53003'],
    )
    assert.match(blocked.error?.detail ?? '', /Manual Process/)
    lab.tenant(cloud).policies.deviceCodeFlowBlocked = false
    assert.equal((await enterCodeAs(lab, id, administrator)).state, 'awaiting-grant')
  })
}
