import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { cloudNames } from '../../simulator/tenant/index.ts'
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
  await faults([])
  for (const cloud of cloudNames) {
    lab.tenant(cloud).policies.deviceCodeFlowBlocked = false
    lab.tenant(cloud).directory.applications.splice(0)
  }
  await lab.database.db.deleteFrom('onboardings').execute()
  await lab.database.db.deleteFrom('organizations').execute()
})

const administrator = 'Global Administrator'
const begin = (cloud: (typeof cloudNames)[number] = 'global') => start(lab, { method: 'device-code', cloud })

for (const cloud of cloudNames) {
  test(`an administrator adds an organization with a one-time code in the cloud ${cloud}`, async () => {
    covers(
      'device-code',
      ['global', 'usgov', 'usdod', 'china'],
      [
        'started',
        'code-shown',
        'awaiting-grant',
        'grant-access',
        'creating',
        'completing',
        'saved',
        'password',
      ],
    )
    const { id } = await begin(cloud)
    const release = hold(lab)
    const shown = await lab.onboardings.deviceCode(id)
    assert.equal(shown.state, 'code-shown')
    const { deviceCode } = shown
    assert.ok(deviceCode)
    const { pages } = lab.tenant(cloud).endpoints
    assert.equal(deviceCode.verificationAddress, `${pages}${lab.tenant(cloud).cloud.devicePath}`)
    assert.match(deviceCode.message, new RegExp(deviceCode.userCode))
    const seconds = (Date.parse(deviceCode.expiresAt) - lab.clock.now()) / 1000
    assert.ok(seconds > 890 && seconds <= 900, `${seconds}`)
    const kept = await lab.database.db.selectFrom('onboardings').selectAll().executeTakeFirstOrThrow()
    assert.ok(!JSON.stringify(kept).includes(deviceCode.userCode), 'the code is in memory only')

    await enterCode(deviceCode, lab.persona(administrator, cloud), 'continue')
    release()
    const granted = await until(lab, id, 'awaiting-grant')
    assert.equal(granted.deviceCode, null)
    assert.equal(granted.tenant?.id, lab.tenant(cloud).id)
    assert.ok(
      lab.announced.some(({ deviceCode: code }) => code?.accepted),
      'the page hears that the code was accepted',
    )
    await lab.onboardings.grant(id)
    assert.equal((await until(lab, id, 'completing', 'failed')).error, null)
    const saved = await lab.onboardings.save(id, { organizationName: 'Harbour' }, operatorId)
    const organization = await lab.organizations.view(saved.organizationId ?? '')
    assert.equal(organization.cloud, cloud)
    assert.equal(organization.method, 'device-code')
    assert.deepEqual([organization.health[0]?.read, organization.health[0]?.write], ['ok', 'ok'])
    const roles = ['Mail.Read', 'Mail.ReadWrite', 'User.Read.All']
    assert.deepEqual(grantedRoles(lab, organization.applicationId, cloud), roles)
    assert.equal(applications(lab, cloud).length, 1)
  })
}

for (const cloud of cloudNames) {
  test(`asked at once before anybody has signed in, the code goes on to be shown (${cloud})`, async () => {
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'completed-box')
    const { id } = await begin(cloud)
    const release = hold(lab)
    const shown = await lab.onboardings.deviceCode(id)
    for (let times = 0; times < 3; times++) {
      const view = await lab.onboardings.checkDeviceCode(id)
      assert.equal(view.state, 'code-shown')
      assert.equal(view.error, null)
      assert.deepEqual(view.deviceCode, shown.deviceCode)
    }
    release()
  })
}

for (const cloud of cloudNames) {
  test(`a code that is declined is said to be, and a new one works (${cloud})`, async () => {
    covers(
      'device-code',
      ['global', 'usgov', 'usdod', 'china'],
      ['code-declined', 'new-code', 'awaiting-grant'],
    )
    const { id } = await begin(cloud)
    const declined = await enterCodeAs(lab, id, administrator, 'cancel')
    assert.equal(declined.state, 'code-shown')
    assert.equal(declined.deviceCode, null)
    assert.equal(declined.error?.code, 'ONB_CODE_DECLINED')
    assert.match(declined.error?.detail ?? '', /'New code'/)
    assert.equal(declined.error?.microsoft?.code, 'AADSTS65004')
    const accepted = await enterCodeAs(lab, id, administrator)
    assert.equal(accepted.state, 'awaiting-grant')
    assert.equal(accepted.error, null)
  })
}

for (const cloud of cloudNames) {
  test(`a code that nobody enters expires, and the onboarding waits for a new one (${cloud})`, async () => {
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'code-expired')
    const { id } = await begin(cloud)
    await lab.onboardings.deviceCode(id)
    const expired = await waitFor(id, ({ error }) => error !== null)
    assert.equal(expired.state, 'code-shown')
    assert.equal(expired.deviceCode, null)
    assert.equal(expired.error?.code, 'ONB_CODE_EXPIRED')
    const release = hold(lab)
    assert.equal((await lab.onboardings.deviceCode(id)).error, null)
    release()
  })
}

for (const cloud of cloudNames) {
  test(`a policy that blocks one-time codes is named, with the ways around it (${cloud})`, async () => {
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'code-blocked')
    lab.tenant(cloud).policies.deviceCodeFlowBlocked = true
    const { id } = await begin(cloud)
    const blocked = await enterCodeAs(lab, id, administrator)
    assert.equal(blocked.error?.code, 'ONB_CODE_BLOCKED')
    assert.equal(blocked.error?.microsoft?.code, 'AADSTS53003')
    assert.match(blocked.error?.detail ?? '', /Conditional Access.*Manual Process/)
    assert.deepEqual(applications(lab, cloud), [])
  })
}

for (const cloud of cloudNames) {
  test(`an account that cannot grant leads to Need Admin Approval, and a new code to an administrator (${cloud})`, async () => {
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], ['need-admin-approval', 'role-missing'])
    const { id } = await begin(cloud)
    const refused = await enterCodeAs(lab, id, 'User')
    assert.equal(refused.state, 'need-admin-approval')
    assert.equal(refused.approval?.reason, 'role-missing')
    const accepted = await enterCodeAs(lab, id, 'Privileged Role Administrator')
    assert.equal(accepted.state, 'awaiting-grant')
    assert.equal(accepted.approval, null)
  })
}

test('only the newest code counts', async () => {
  const { id } = await begin()
  const release = hold(lab)
  const first = await lab.onboardings.deviceCode(id)
  const second = await lab.onboardings.deviceCode(id)
  assert.ok(first.deviceCode && second.deviceCode)
  assert.notEqual(first.deviceCode.userCode, second.deviceCode.userCode)
  await enterCode(first.deviceCode, lab.persona(administrator), 'continue')
  assert.equal((await lab.onboardings.checkDeviceCode(id)).state, 'code-shown')
  await enterCode(second.deviceCode, lab.persona(administrator), 'continue')
  assert.equal((await lab.onboardings.checkDeviceCode(id)).state, 'awaiting-grant')
  release()
})

test('a cancelled onboarding stops asking, and its code leads nowhere', async () => {
  const { id } = await begin()
  const release = hold(lab)
  const { deviceCode } = await lab.onboardings.deviceCode(id)
  assert.ok(deviceCode)
  assert.equal((await lab.onboardings.cancel(id)).state, 'cancelled')
  release()
  await enterCode(deviceCode, lab.persona(administrator), 'continue')
  assert.equal((await lab.onboardings.checkDeviceCode(id)).state, 'cancelled')
  await assert.rejects(lab.onboardings.deviceCode(id), { code: 'ONB_WRONG_STATE' })
})

for (const cloud of cloudNames) {
  test(`a restart forgets the code and the token; a new code goes on (${cloud})`, async () => {
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'killed')
    const { id } = await begin(cloud)
    hold(lab)
    await lab.onboardings.deviceCode(id)
    lab = await lab.restart()
    const asked = await lab.onboardings.get(id)
    assert.equal(asked.state, 'code-shown')
    assert.equal(asked.deviceCode, null)
    assert.match(asked.notice ?? '', /restarted.*'New code'/)
    assert.equal((await enterCodeAs(lab, id, administrator)).state, 'awaiting-grant')
    lab = await lab.restart()
    const again = await lab.onboardings.get(id)
    assert.equal(again.state, 'code-shown')
    assert.equal(again.notice, 'Sign in again to continue')

    assert.equal((await enterCodeAs(lab, id, administrator)).notice, null)
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
    assert.equal((await lab.onboardings.get(id)).state, 'code-shown')
    await enterCodeAs(lab, id, administrator)
    assert.equal((await until(lab, id, 'completing', 'failed')).error, null)
    assert.equal(applications(lab, cloud).length, 1)
  })
}

test('while Microsoft cannot be asked the page says so, and the code stays', async () => {
  const { id } = await begin()
  const release = hold(lab)
  await lab.onboardings.deviceCode(id)
  await faults([{ match: { path: 'oauth2/v2.0/token' }, respond: { status: 503, body: {} }, times: 1 }])
  const troubled = await lab.onboardings.checkDeviceCode(id)
  assert.equal(troubled.state, 'code-shown')
  assert.match(troubled.deviceCode?.notice ?? '', /cannot answer at the moment/)
  assert.equal((await lab.onboardings.checkDeviceCode(id)).deviceCode?.notice, null)
  release()
})

test('each method has its own steps', async () => {
  const device = await begin()
  await assert.rejects(lab.onboardings.signIn(device.id, 'session', {}), { code: 'ONB_WRONG_METHOD' })
  const browser = await start(lab)
  await assert.rejects(lab.onboardings.deviceCode(browser.id), { code: 'ONB_WRONG_METHOD' })
})

async function waitFor(id: string, holds: (view: Awaited<ReturnType<typeof begin>>) => boolean) {
  for (let tries = 0; tries < 3000; tries++) {
    const view = await lab.onboardings.get(id)
    if (holds(view)) return view
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('it did not come to that')
}

async function faults(rules: unknown[]): Promise<void> {
  const answer = await fetch(`${lab.simulator.ready.control}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  })
  assert.equal(answer.status, 200)
}
