import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  type AppCredential,
  createAppTokenProvider,
  createPkcePair,
  createProvisioning,
  createSignIn,
  fixedToken,
  graphAppId,
  isNotFound,
  isReplicationDelay,
  makeCertificate,
  permissionsFor,
  signInReturnFailure,
} from '../../src/microsoft/index.ts'
import { systemClock } from '../../src/shared/index.ts'
import { logged, signInThroughPages, skippingClock, startTenant } from './support.ts'

const redirectUri = 'http://localhost:61234/'
let tenant: Awaited<ReturnType<typeof startTenant>>
before(async () => {
  tenant = await startTenant()
})
after(async () => {
  await tenant.stop()
})

function tokensFor(credential: AppCredential, clientId = tenant.app.clientId, clock = systemClock) {
  const { network, cloud, tenantId } = tenant
  return createAppTokenProvider({ network, cloud, tenantId, clientId, credential, clock })
}

async function signIn(role: string) {
  const { network, cloud } = tenant
  const service = createSignIn({ network, cloud, clock: systemClock })
  const { codeVerifier, codeChallenge } = createPkcePair()
  const [state, nonce] = [randomUUID(), randomUUID()]
  const address = await service.authorizationUrl({
    redirectUri,
    state,
    nonce,
    codeChallenge,
    prompt: 'select_account',
  })
  const back = await signInThroughPages(address, tenant.persona(role), redirectUri)
  assert.equal(back.searchParams.get('state'), state)
  return { service, address: new URL(address), back, codeVerifier, nonce }
}

async function administrator() {
  const { service, back, codeVerifier, nonce } = await signIn('Global Administrator')
  const code = back.searchParams.get('code') ?? ''
  return await service.redeem({ code, redirectUri, codeVerifier, nonce })
}

const tokenRequests = () =>
  tenant.simulator.log
    .read()
    .requests.filter((request) => JSON.stringify(request).includes('/oauth2/v2.0/token')).length

test('an application signs in with its password, and its token tells its roles', async () => {
  const { accessToken, roles, expiresAt } = await tokensFor({
    kind: 'password',
    secret: tenant.app.clientSecret,
  }).token()
  assert.ok(accessToken.length > 20)
  assert.ok(roles.includes('Mail.Read'))
  assert.ok(expiresAt > Date.now() + 30 * 60_000)
})

test('a token is asked for once, however many want it, until shortly before it expires', async () => {
  const clock = skippingClock()
  const tokens = tokensFor({ kind: 'password', secret: tenant.app.clientSecret }, undefined, clock)
  const before = tokenRequests()
  const [first, second] = await Promise.all([tokens.token(), tokens.token()])
  assert.equal(first.accessToken, second.accessToken)
  clock.move(first.expiresAt - clock.now() - 6 * 60_000)
  await tokens.token()
  assert.equal(tokenRequests() - before, 1)
  clock.move(2 * 60_000)
  const renewed = await tokens.token()
  assert.equal(tokenRequests() - before, 2)
  assert.ok(renewed.expiresAt > first.expiresAt)
  tokens.invalidate()
  await tokens.token()
  assert.equal(tokenRequests() - before, 3)
})

test('a wrong password is explained and appears nowhere', async () => {
  const secret = 'very~Secret~Value.1234567890'
  const error = await tokensFor({ kind: 'password', secret })
    .token()
    .catch((caught: unknown) => caught as Error)
  assert.ok(error instanceof Error)
  assert.equal('code' in error && error.code, 'MSG_CREDENTIAL_REFUSED')
  assert.match(error.message, /Application Password is wrong/)
  assert.ok(isReplicationDelay(error))
  assert.ok(!`${JSON.stringify(error)}${error.stack}${logged.join('')}`.includes(secret))
})

test('an application that does not exist is explained', async () => {
  await assert.rejects(tokensFor({ kind: 'password', secret: 'x' }, randomUUID()).token(), (error: Error) =>
    /was not found in this organization/.test(error.message),
  )
})

test('a key that does not belong to the certificate is refused before anything is sent', async () => {
  const [one, other] = await Promise.all(
    ['one', 'other'].map((subject) => makeCertificate({ subject, days: 30 })),
  )
  assert.ok(one && other)
  assert.throws(
    () =>
      tokensFor({
        kind: 'certificate',
        certificatePem: one.certificatePem,
        privateKeyPem: other.privateKeyPem,
      }),
    { code: 'MSG_CREDENTIAL_UNUSABLE' },
  )
})

test('an administrator signs in with a proven identity, and no refresh token is asked for', async () => {
  const { service, address, back, codeVerifier, nonce } = await signIn('Global Administrator')
  assert.deepEqual(address.searchParams.get('scope')?.split(' ').toSorted(), [
    `${tenant.cloud.graphRoot}/.default`,
    'openid',
    'profile',
  ])
  assert.equal(address.searchParams.get('code_challenge_method'), 'S256')
  const code = back.searchParams.get('code') ?? ''
  const result = await service.redeem({ code, redirectUri, codeVerifier, nonce })
  assert.equal(result.account.tenantId, tenant.tenantId)
  assert.equal(result.account.userPrincipalName, tenant.persona('Global Administrator').upn)
  await assert.rejects(service.redeem({ code, redirectUri, codeVerifier, nonce }), /already used/)
})

test('a sign-in with another nonce or another verifier is refused', async () => {
  const first = await signIn('Global Administrator')
  const code = first.back.searchParams.get('code') ?? ''
  await assert.rejects(
    first.service.redeem({ code, redirectUri, codeVerifier: first.codeVerifier, nonce: 'other' }),
    { code: 'MSG_IDENTITY_UNPROVEN' },
  )
  const second = await signIn('Global Administrator')
  const { codeVerifier } = createPkcePair()
  const again = second.back.searchParams.get('code') ?? ''
  await assert.rejects(
    second.service.redeem({ code: again, redirectUri, codeVerifier, nonce: second.nonce }),
    {
      code: 'MSG_SIGN_IN_REFUSED',
    },
  )
})

test('a bare access_denied names both possible causes', () => {
  const failure = signInReturnFailure({ error: 'access_denied', error_subcode: 'cancel' }, systemClock)
  assert.match(failure.message, /Either Cancel was chosen, or the account may not consent/)
})

test('an application is made, gets both kinds of credential and its roles, signs in and is removed', async () => {
  const { accessToken, expiresAt } = await administrator()
  const provisioning = createProvisioning(
    tenant.graphFor(fixedToken(accessToken, expiresAt), tenant.cloud.signInClientId),
  )
  const organization = await provisioning.organization()
  assert.equal(organization.tenantId, tenant.tenantId)
  assert.ok(organization.domains.includes(organization.defaultDomain))
  const roles = await provisioning.signedInRoles()
  assert.ok(roles.some((role) => role.templateId === '62e90394-69f5-4237-9190-012177145e10'))

  const resource = await provisioning.resourceServicePrincipal(graphAppId)
  const wanted = permissionsFor({ cloud: tenant.cloud, workloads: ['mail'], restore: true })
  const roleIds = wanted.map(({ value, fallbackId }) => {
    assert.equal(resource.appRoles.get(value)?.id, fallbackId)
    return fallbackId
  })
  const uniqueName = `bdrcloud-${randomUUID()}`
  assert.equal(await provisioning.findApplication(uniqueName), null)
  const specification = {
    uniqueName,
    displayName: 'BDRCloud backup (test)',
    notes: 'Made by a test',
    requiredRoles: [{ resourceAppId: graphAppId, roleIds }],
  }
  const application = await provisioning.createApplication(specification)
  const same = await provisioning.createApplication(specification)
  assert.equal(same.id, application.id)
  const principal = await provisioning.createServicePrincipal(application.appId)
  assert.equal((await provisioning.createServicePrincipal(application.appId)).id, principal.id)

  const [one, two] = await Promise.all(
    ['one', 'two'].map((subject) => makeCertificate({ subject, days: 30 })),
  )
  assert.ok(one && two)
  for (const { certificatePem } of [one, two, one]) {
    await provisioning.addCertificate(application.id, { certificatePem, displayName: 'test' })
  }
  const password = await provisioning.addPassword(application.id, {
    displayName: 'test',
    endDateTime: new Date(Date.now() + 90 * 86_400_000),
  })
  const found = await provisioning.findApplication(uniqueName)
  assert.equal(found?.certificates.length, 2)
  assert.equal(found?.passwords.length, 1)
  assert.ok(Array.isArray(await provisioning.applicationOwners(application.id)))

  for (const appRoleId of [...roleIds, ...roleIds]) {
    await provisioning.grantRole({ servicePrincipalId: principal.id, resourceId: resource.id, appRoleId })
  }
  assert.equal((await provisioning.listGrants(principal.id)).length, roleIds.length)

  for (const credential of [
    { kind: 'password', secret: password.secret },
    { kind: 'certificate', ...one },
    { kind: 'certificate', ...two },
  ] as const) {
    const { roles: granted } = await tokensFor(credential, application.appId).token()
    assert.deepEqual(granted.toSorted(), wanted.map((permission) => permission.value).toSorted())
  }

  await provisioning.removeCertificate(application.id, one.thumbprintSha1)
  await provisioning.removePassword(application.id, password.keyId)
  await provisioning.deleteApplication(application.id)
  await provisioning.deleteApplication(application.id)
  await provisioning.purgeApplication(application.id)
  await assert.rejects(provisioning.purgeApplication(application.id), (error) => isNotFound(error))
})

test('while Microsoft replicates, the answers are recognized as "not yet"', async () => {
  const { accessToken, expiresAt } = await administrator()
  const provisioning = createProvisioning(
    tenant.graphFor(fixedToken(accessToken, expiresAt), tenant.cloud.signInClientId),
  )
  await tenant.control('lag', { seconds: 30 })
  try {
    const application = await provisioning.createApplication({
      uniqueName: `bdrcloud-${randomUUID()}`,
      displayName: 'BDRCloud backup (lag)',
      notes: '',
      requiredRoles: [],
    })
    await assert.rejects(provisioning.createServicePrincipal(application.appId), (error) =>
      isReplicationDelay(error),
    )
    const password = { displayName: 'x', endDateTime: new Date(Date.now() + 86_400_000) }
    await assert.rejects(provisioning.addPassword(application.id, password), (error) =>
      isReplicationDelay(error),
    )
    await tenant.control('clock', { advanceSeconds: 31 })
    await provisioning.createServicePrincipal(application.appId)
    await provisioning.deleteApplication(application.id)
  } finally {
    await tenant.control('lag', { seconds: 0 })
  }
})

test('a mailbox never sees more than four requests at once, and a throttled one does not stop another', async () => {
  const graph = tenant.graphFor(
    tokensFor({ kind: 'password', secret: tenant.app.clientSecret }),
    tenant.app.clientId,
  )
  const withMailbox = tenant.simulator.tenant.users.filter((user) => user.hasMailbox)
  const [slow, other] = withMailbox.map((user) => user.id)
  assert.ok(slow && other)
  const read = (mailbox: string) => graph.request({ path: `/users/${mailbox}/mailFolders`, mailbox })
  await Promise.all(Array.from({ length: 40 }, () => read(slow)))
  const statistics = JSON.stringify(await tenant.control('mail/statistics', {}))
  const most = [...statistics.matchAll(/"maximumInFlight":(\d+)/g)].map((match) => Number(match[1]))
  assert.ok(most.length > 0 && Math.max(...most) <= 4, statistics)
  assert.equal(graph.statistics.throttled, 0)

  await tenant.control('mail/throttle', { mailbox: slow, seconds: 2 })
  let slowDone = false
  const waiting = Promise.all([read(slow), read(slow)]).then(() => {
    slowDone = true
  })
  await Promise.all(Array.from({ length: 10 }, () => read(other)))
  assert.equal(slowDone, false)
  await waiting
  assert.ok(graph.statistics.throttled >= 1)
  const after = JSON.stringify(await tenant.control('mail/statistics', {}))
  assert.deepEqual(
    [...after.matchAll(/"violations":(\d+)/g)].map((match) => Number(match[1])).filter((count) => count > 0),
    [],
  )
})

test('a token that expired on the other side is renewed within the request', async () => {
  const tokens = tokensFor({ kind: 'password', secret: tenant.app.clientSecret })
  const graph = tenant.graphFor(tokens, tenant.app.clientId)
  await graph.request({ path: '/users' })
  const before = tokenRequests()
  await tenant.control('clock', { advanceSeconds: 2 * 3600 })
  await Promise.all([1, 2, 3].map(() => graph.request({ path: '/users' })))
  assert.equal(tokenRequests() - before, 1)
})
