import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { covers } from '../covers.ts'
import { cancelSignIn, signIn } from './browser.ts'
import { applications, comeBack, type Lab, openLab, sessionId, signInAs, start } from './lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})
after(() => lab.stop())

test('an ordinary user is told which role is missing, and nothing is created', async () => {
  covers('credential', 'global', ['need-admin-approval', 'role-missing'])
  const { id } = await start(lab)
  const view = await signInAs(lab, id, 'User')
  assert.equal(view.state, 'need-admin-approval')
  assert.equal(view.approval?.reason, 'role-missing')
  assert.deepEqual(view.approval?.heldRoles, [])
  assert.deepEqual(view.approval?.requiredRoles, ['Global Administrator', 'Privileged Role Administrator'])
  assert.match(view.approval?.explanation ?? '', /Privileged Identity Management/)
  assert.equal(view.approval?.administratorLink, `http://localhost:18600/onboarding/${id}`)
  assert.equal(view.account?.userPrincipalName, lab.persona('User').upn)
  await assert.rejects(lab.onboardings.grant(id), { code: 'ONB_WRONG_STATE' })
  assert.deepEqual(applications(lab), [])
})

test('a Cloud Application Administrator cannot grant; an administrator who signs in afterwards can', async () => {
  covers('credential', 'global', ['role-missing', 'awaiting-grant', 'grant-cancelled'])
  const { id } = await start(lab)
  const view = await signInAs(lab, id, 'Cloud Application Administrator')
  assert.equal(view.state, 'need-admin-approval')
  assert.deepEqual(view.approval?.heldRoles, ['Cloud Application Administrator'])
  const next = await signInAs(lab, id, 'Privileged Role Administrator')
  assert.equal(next.state, 'awaiting-grant')
  assert.equal(next.approval, null)
  assert.equal(next.tenant?.id, lab.simulator.tenant.id)
  assert.equal((await lab.onboardings.cancel(id)).state, 'cancelled')
  assert.deepEqual(applications(lab), [])
})

test('a sign-in that Microsoft ends without a reason names both causes', async () => {
  covers('credential', 'global', 'sign-in-refused')
  const { id } = await start(lab)
  const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {})
  const view = await comeBack(lab, await cancelSignIn(authorizationUrl))
  assert.equal(view.state, 'need-admin-approval')
  assert.equal(view.approval?.reason, 'access-denied')
  assert.match(view.approval?.explanation ?? '', /cancelled.*administrator/)
})

test('a guest and a blocked account stay at Microsoft, and the sign-in can be started again', async () => {
  covers('credential', 'global', ['guest', 'signing-in'])
  const { id } = await start(lab)
  for (const role of ['Guest', 'Blocked by Conditional Access']) {
    const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {})
    assert.equal((await signIn(authorizationUrl, lab.persona(role))).kind, 'page')
  }
  assert.equal((await lab.onboardings.get(id)).state, 'signing-in')
  assert.equal((await signInAs(lab, id, 'Global Administrator')).state, 'awaiting-grant')
})

test('a return works once, in the session that started it, and only the newest counts', async () => {
  covers('credential', 'global', 'signing-in')
  const { id } = await start(lab)
  const first = await lab.onboardings.signIn(id, sessionId, {})
  const second = await lab.onboardings.signIn(id, sessionId, { selectAccount: true })
  assert.equal(new URL(second.authorizationUrl).searchParams.get('prompt'), 'select_account')
  const stale = await signIn(first.authorizationUrl, lab.persona('Global Administrator'))
  await assert.rejects(comeBack(lab, stale), { code: 'ONB_SIGN_IN_UNKNOWN' })

  const landing = await signIn(second.authorizationUrl, lab.persona('Global Administrator'))
  assert.ok(landing.kind === 'returned')
  assert.ok(landing.address.startsWith('http://localhost:18600/?'))
  const answer = { state: landing.query.get('state') ?? '', code: landing.query.get('code') ?? '' }
  await assert.rejects(lab.onboardings.completeSignIn(answer, 'another session'), {
    code: 'ONB_SIGN_IN_UNKNOWN',
  })
  assert.equal((await lab.onboardings.completeSignIn(answer, sessionId)).state, 'awaiting-grant')
  await assert.rejects(lab.onboardings.completeSignIn(answer, sessionId), { code: 'ONB_SIGN_IN_UNKNOWN' })

  const kept = JSON.stringify(await lab.database.db.selectFrom('sign_ins').selectAll().execute())
  assert.ok(!kept.includes(answer.state))
})

test('a code that Microsoft does not redeem becomes the error shown, and the sign-in can be repeated', async () => {
  const { id } = await start(lab)
  const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {})
  const landing = await signIn(authorizationUrl, lab.persona('Global Administrator'))
  assert.ok(landing.kind === 'returned')
  const view = await lab.onboardings.completeSignIn(
    { state: landing.query.get('state') ?? '', code: 'not-a-code' },
    sessionId,
  )
  assert.equal(view.state, 'signing-in')
  assert.equal(view.error?.code, 'MSG_SIGN_IN_REFUSED')
  assert.ok(view.error?.microsoft)
  assert.equal((await signInAs(lab, id, 'Global Administrator')).error, null)
})

test('other clouds and methods are refused with a reason, which the list of clouds shows as well', async () => {
  covers('credential', ['usgov', 'usdod', 'china'], 'refused')
  const ask = (method: 'credential' | 'device-code' | 'manual', cloud: string) =>
    lab.onboardings.start(
      { method, cloud, workloads: ['mail'], restoreRights: false, credentialKind: 'password' },
      sessionId,
    )
  await assert.rejects(ask('credential', 'usgov'), { code: 'ONB_METHOD_UNAVAILABLE', status: 422 })
  await assert.rejects(ask('credential', 'nowhere'), { code: 'ONB_METHOD_UNAVAILABLE', status: 422 })
  for (const { id, methods } of lab.onboardings.clouds()) {
    for (const { method, available, reason } of methods) {
      assert.equal(available, method !== 'credential' || id === 'global')
      assert.equal(reason === null, available)
    }
  }
})
