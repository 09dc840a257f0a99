import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { covers } from '../covers.ts'
import { cancelSignIn, type Landing, signIn } from './browser.ts'
import { createdApplication, type Lab, openLab, operatorId, sessionId, start, until } from './lab.ts'
import { externalAddress, ownApplication, registerOwn } from './own-application.ts'
import { addedOrganization, runTask, taskUntil } from './task-lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})
after(() => lab.stop())
afterEach(async () => {
  const { directory } = lab.tenant()
  directory.applications.splice(0)
  directory.visitors.splice(0)
  directory.consents.clear()
  for (const table of ['onboardings', 'administrator_tasks', 'organizations', 'sign_in_clients'] as const)
    await lab.database.db.deleteFrom(table).execute()
  await lab.clients.setExternalAddress(null)
})

const administrator = 'Global Administrator'

/** Signs in from a console that is open at the external address, accepting Microsoft's consent page if it comes. */
async function landFromElsewhere(id: string, role: string): Promise<Landing> {
  const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {}, externalAddress)
  return signIn(authorizationUrl, lab.persona(role), 'accept')
}

async function comeBack(landing: Landing) {
  assert.ok(landing.kind === 'returned', landing.kind === 'page' ? landing.text : '')
  return lab.onboardings.completeSignIn(
    {
      state: landing.query.get('state') ?? '',
      code: landing.query.get('code') ?? undefined,
      error: landing.query.get('error') ?? undefined,
    },
    sessionId,
  )
}

for (const kind of ['password', 'certificate'] as const) {
  test(`a console elsewhere adds an organization through the operator's own application with a ${kind}`, async () => {
    covers('own-application', 'global', ['client-secret', 'client-certificate', 'remote-console'])
    const { own, saved } = await ownApplication(lab, kind)
    assert.equal(saved.client?.clientId, own.clientId)
    assert.equal(saved.client?.credential.kind, kind)
    assert.equal(saved.client?.test?.problem, null)
    assert.equal(saved.pendingCertificate, null, 'the certificate is in use and waits no longer')
    assert.ok(!JSON.stringify(saved).includes(own.secret))

    const { id } = await start(lab)
    const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {}, externalAddress)
    const asked = new URL(authorizationUrl).searchParams
    assert.equal(asked.get('client_id'), own.clientId)
    assert.equal(asked.get('redirect_uri'), `${externalAddress}/microsoft/return`)
    assert.equal(asked.get('code_challenge_method'), 'S256')
    assert.deepEqual(
      asked.get('scope')?.split(' '),
      [
        ...['Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', 'User.Read'].map(
          (value) => `${lab.simulator.ready.clouds.global.graph}/${value}`,
        ),
        'openid',
        'profile',
      ],
      'exactly what is needed, by name',
    )
    const landing = await signIn(authorizationUrl, lab.persona(administrator), 'accept')
    const view = await comeBack(landing)
    assert.equal(view.error, null)
    assert.equal(view.state, 'awaiting-grant')
    await lab.onboardings.grant(id)
    assert.equal((await until(lab, id, 'completing', 'failed')).error, null)
    const saving = await lab.onboardings.save(id, { organizationName: 'Harbour' }, operatorId)
    assert.equal(saving.state, 'saved')
  })
}

test('an administrator changes an organization through the own application', async () => {
  const organization = await addedOrganization(lab)
  await ownApplication(lab)
  const { id } = await lab.tasks.start(organization.id, { kind: 'revoke-restore' }, operatorId)
  const { authorizationUrl } = await lab.tasks.signIn(id, sessionId, {}, externalAddress)
  const landing = await signIn(authorizationUrl, lab.persona(administrator), 'accept')
  assert.ok(landing.kind === 'returned')
  assert.ok(landing.address.startsWith(`${externalAddress}/microsoft/return?`))
  const answer = { state: landing.query.get('state') ?? '', code: landing.query.get('code') ?? '' }
  await lab.signInReturns.complete(answer, sessionId)
  await lab.tasks.grant(id)
  assert.equal((await taskUntil(lab, id, 'done', 'failed')).error, null)
})

test('a clean exit names the enterprise application and the consent that stay in the tenant, and says where', async () => {
  const before = await addedOrganization(lab)
  const { own } = await ownApplication(lab)
  const alone = await runTask(lab, before.id, { kind: 'clean-exit' })
  assert.deepEqual([alone.error, alone.outcome?.left], [null, []], 'nobody has signed in through it')
  await lab.database.db.deleteFrom('organizations').execute()

  const { id: onboarding } = await start(lab)
  assert.equal((await comeBack(await landFromElsewhere(onboarding, administrator))).state, 'awaiting-grant')
  await lab.onboardings.cancel(onboarding)
  const after = await addedOrganization(lab)
  const done = await runTask(lab, after.id, { kind: 'clean-exit' })
  assert.equal(done.error, null)
  const [left = '', ...more] = done.outcome?.left ?? []
  assert.deepEqual(more, [])
  assert.match(left, new RegExp(`own sign-in application .*${own.clientId}.*consent`))
  assert.match(left, /https:\/\/entra\.microsoft\.com\) under Enterprise applications .*delete it there/)
})

test('a console on localhost keeps to the built-in client, on whatever port it is reached', async () => {
  await ownApplication(lab)
  const { id } = await start(lab)
  for (const origin of ['http://localhost:18600', 'http://localhost:9090', undefined]) {
    const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {}, origin)
    const asked = new URL(authorizationUrl).searchParams
    assert.equal(
      asked.get('client_id'),
      lab.clouds.find(({ id: cloud }) => cloud === 'global')?.signInClientId,
    )
    assert.equal(asked.get('redirect_uri'), `${origin ?? 'http://localhost:18600'}/`)
  }
})

test('a console elsewhere without an own application is offered the one-time code, and told why', async () => {
  const { id } = await start(lab)
  await assert.rejects(lab.onboardings.signIn(id, sessionId, {}, externalAddress), {
    code: 'SGN_NOT_FROM_HERE',
    status: 422,
  })
  assert.equal((await lab.onboardings.get(id)).state, 'started', 'nothing has moved')
  const [cloud] = lab.clouds
  assert.ok(cloud)
  const none = await lab.clients.ways(cloud, externalAddress)
  assert.deepEqual(none, {
    browser: {
      available: false,
      client: null,
      reason: `It is open at ${externalAddress}, and there is no sign-in application of your own.`,
    },
    deviceCode: true,
  })
  await ownApplication(lab)
  assert.equal((await lab.clients.ways(cloud, externalAddress)).browser.client, 'own')
  assert.equal((await lab.clients.ways(cloud, 'http://localhost:1')).browser.client, 'built-in')
  const other = await lab.clients.ways(cloud, 'https://other.example')
  assert.match(other.browser.reason ?? '', /returns to https:\/\/backup\.example/)
})

test('somebody who may not consent is sent back with nothing but a refusal; an approval makes the way free', async () => {
  covers('own-application', 'global', 'admin-consent')
  const { own } = await ownApplication(lab)
  const { id } = await start(lab)
  const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {}, externalAddress)
  const view = await comeBack(await cancelSignIn(authorizationUrl))
  assert.equal(view.state, 'need-admin-approval')
  assert.match(view.approval?.explanation ?? '', /cancelled.*administrator/)
  assert.equal(view.approval?.administratorLink, `${externalAddress}/onboarding/${id}`)
  const link = new URL(view.approval?.adminConsentLink ?? '')
  assert.match(link.pathname, /^\/organizations\/v2\.0\/adminconsent$/)
  assert.equal(link.searchParams.get('client_id'), own.clientId)

  const approved = await signIn(link.href, lab.persona(administrator), 'accept')
  assert.ok(approved.kind === 'returned')
  assert.equal(approved.query.get('admin_consent'), 'True')
  assert.equal(approved.query.get('code'), null)
  // With the tenant's approval an ordinary user gets in, and is told which role is missing.
  const user = await comeBack(await landFromElsewhere(id, 'User'))
  assert.equal(user.approval?.reason, 'role-missing')
  assert.equal(user.approval?.adminConsentLink, null)
  assert.equal(
    (await comeBack(await landFromElsewhere(id, 'Privileged Role Administrator'))).state,
    'awaiting-grant',
  )
})

test('with the built-in client there is no approval to give: the link leads to the console', async () => {
  const { id } = await start(lab)
  const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {})
  const view = await comeBack(await cancelSignIn(authorizationUrl))
  assert.equal(view.approval?.adminConsentLink, null)
  assert.equal(view.approval?.administratorLink, `http://localhost:18600/onboarding/${id}`)
})

test('an own application whose credential does not work is not saved, in the words of Microsoft', async () => {
  await lab.clients.setExternalAddress(externalAddress)
  const { clientId, homeTenant, secret } = registerOwn(lab)
  const save = (values: object) =>
    lab.clients.save(
      'global',
      {
        clientId,
        homeTenant,
        credential: { kind: 'password', secret },
        operatorPassword: 'x',
        ...values,
      },
      operatorId,
    )
  await assert.rejects(save({ credential: { kind: 'password', secret: 'wrong' } }), (error: Error) => {
    assert.match(error.message, /was not saved.*secret/i)
    return (error as { code?: string }).code === 'SGN_NOT_WORKING'
  })
  await assert.rejects(save({ homeTenant: 'nowhere.example' }), { code: 'SGN_NOT_WORKING' })
  await assert.rejects(save({ clientId: operatorId }), { code: 'SGN_NOT_WORKING' })
  await assert.rejects(save({ credential: { kind: 'certificate' } }), { code: 'SGN_NO_CERTIFICATE' })
  await assert.rejects(save({ credential: { kind: 'unchanged' } }), { code: 'SGN_NO_CREDENTIAL' })
  assert.equal((await lab.clients.settings()).clouds[0]?.client, null)
  await save({})
  const row = await lab.database.db.selectFrom('sign_in_clients').selectAll().executeTakeFirstOrThrow()
  assert.ok(!JSON.stringify(row).includes(secret), 'the secret is sealed')
  const again = await save({ credential: { kind: 'unchanged' } })
  assert.equal(again.client?.test?.problem, null)
})

test('a credential that stops working shows in the test, and a removed application is used no longer', async () => {
  await ownApplication(lab)
  lab.tenant().directory.visitors[0]?.passwordCredentials.splice(0)
  const tested = await lab.clients.test('global')
  assert.equal(tested.client?.test?.problem?.microsoft?.code, 'AADSTS7000215')
  await lab.clients.remove('global')
  await assert.rejects(lab.clients.test('global'), { code: 'SGN_NO_CREDENTIAL' })
  const { id } = await start(lab)
  await assert.rejects(lab.onboardings.signIn(id, sessionId, {}, externalAddress), {
    code: 'SGN_NOT_FROM_HERE',
  })
})

test('a sign-in under way does not survive a change of the application', async () => {
  await ownApplication(lab)
  const { id } = await start(lab)
  const landing = await landFromElsewhere(id, administrator)
  await lab.clients.remove('global')
  const view = await comeBack(landing)
  assert.equal(view.state, 'signing-in')
  assert.equal(view.error?.code, 'ONB_SIGN_IN_UNKNOWN')
})

test('an approval that leaves out what is needed is named', async () => {
  await ownApplication(lab)
  const { id } = await start(lab)
  const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {}, externalAddress)
  // As a tenant would answer that has allowed less.
  const less = new URL(authorizationUrl)
  const graph = lab.simulator.ready.clouds.global.graph
  less.searchParams.set('scope', `${graph}/User.Read openid profile`)
  const landing = await signIn(less.href, lab.persona(administrator), 'accept')
  const view = await comeBack(landing)
  assert.equal(view.state, 'signing-in')
  assert.ok(view.error, 'the token is not used')
})

test('an external address must be https, without a path, under a name that the server answers by', async () => {
  for (const address of [
    'http://backup.example',
    'https://backup.example/console',
    'https://elsewhere.example',
    'backup.example',
    'https://user@backup.example',
  ])
    await assert.rejects(lab.clients.setExternalAddress(address), {
      code: 'SGN_ADDRESS_INVALID',
      status: 422,
    })
  const settings = await lab.clients.setExternalAddress('https://backup.example:8443/')
  assert.equal(settings.redirectUri, 'https://backup.example:8443/microsoft/return')
  assert.deepEqual(settings.allowedHosts, ['backup.example'])
  assert.deepEqual(
    settings.permissions.map(({ value }) => value),
    ['Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', 'User.Read'],
  )
  assert.deepEqual(
    settings.clouds.map(({ cloud, available }) => `${cloud} ${available}`),
    ['global true', 'usgov false', 'usdod false', 'china false'],
  )
  assert.ok(settings.clouds.every(({ available, reason }) => available === (reason === null)))
})

test('the whole way with the built-in client stays as it was', async () => {
  assert.equal((await createdApplication(lab)).state, 'completing')
})
