import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import { makeCertificate } from './tenant-certificate.ts'
import {
  type Answer,
  delegatedToken,
  errorOf,
  graphScope,
  type Json,
  type Lab,
  list,
  openLab,
} from './tenant-client.ts'

const resource = "servicePrincipals(appId='00000003-0000-0000-c000-000000000000')"
let lab: Lab
let admin: string
before(async () => {
  lab = await openLab({ withApp: true, mails: 2 })
  admin = await delegatedToken(lab, 'admin')
})
after(() => lab.stop())
beforeEach(async () => {
  await lab.control('POST', '/lag', { seconds: 0 })
})

const call = (method: string, path: string, body?: unknown, token = admin): Promise<Answer> =>
  lab.call(method, `${lab.graph}/${path}`, { token, ...(body === undefined ? {} : { body }) })
const advance = (seconds: number) => lab.control('POST', '/clock', { advanceSeconds: seconds })
const code = (answer: Answer): unknown => [answer.status, errorOf(answer)['code']]
async function register(displayName = 'trouble', token = admin): Promise<Json> {
  const body = { displayName, signInAudience: 'AzureADMyOrg' }
  return (await call('POST', 'applications', body, token)).body
}
const secretOf = (application: Json, days = 30, token = admin): Promise<Answer> => {
  const endDateTime = new Date(lab.simulator.tenant.clock.now() + days * 86_400_000).toISOString()
  const path = `applications/${String(application['id'])}/addPassword`
  return call('POST', path, { passwordCredential: { endDateTime } }, token)
}
const tokenOf = (application: Json, secret: Answer): Promise<Answer> =>
  lab.token({
    grant_type: 'client_credentials',
    client_id: String(application['appId']),
    client_secret: String(secret.body['secretText']),
    scope: graphScope(lab),
  })

describe('application management policies', () => {
  const restrict = (passwordCredentials: Json[], keyCredentials: Json[] = []) =>
    lab.control('POST', '/app-policies', { default: { passwordCredentials, keyCredentials } })
  after(() => lab.control('POST', '/app-policies', { default: { isEnabled: false } }))

  test('of the tenant forbid secrets or limit their life, for new applications only where they say so', async () => {
    const old = await register()
    await restrict([{ restrictionType: 'passwordLifetime', maxLifetime: 'P90D' }])
    assert.deepEqual(code(await secretOf(old, 91)), [400, 'CredentialInvalidLifetimeAsPerAppPolicy'])
    assert.equal((await secretOf(old, 89)).status, 200)
    await advance(60)
    const now = new Date(lab.simulator.tenant.clock.now()).toISOString()
    await restrict([{ restrictionType: 'passwordAddition', restrictForAppsCreatedAfterDateTime: now }])
    await advance(60)
    assert.equal((await secretOf(old)).status, 200)
    const fresh = await register()
    assert.deepEqual(code(await secretOf(fresh)), [400, 'CredentialTypeNotAllowedAsPerAppPolicy'])
    await restrict([{ restrictionType: 'passwordAddition', state: 'disabled' }])
    assert.equal((await secretOf(fresh)).status, 200)
  })

  test('of an application replace those of the tenant, and actors can be excepted', async () => {
    const application = await register()
    await restrict([{ restrictionType: 'passwordAddition' }])
    const applications = { [String(application['appId'])]: { passwordCredentials: [] } }
    await lab.control('POST', '/app-policies', { applications })
    assert.equal((await secretOf(application)).status, 200)
    await lab.control('POST', '/app-policies', { applications: { [String(application['appId'])]: null } })
    assert.equal((await secretOf(application)).status, 400)
    const me = lab.simulator.tenant.users.find((user) => user.persona === 'Global Administrator')
    await restrict([{ restrictionType: 'passwordAddition', excludeActors: [me?.id] }])
    assert.equal((await secretOf(application)).status, 200)
  })

  test('limit the life of certificates, of new ones alone', async () => {
    const application = await register()
    const { der } = await makeCertificate()
    const entry = { type: 'AsymmetricX509Cert', usage: 'Verify', key: der.toString('base64') }
    const path = `applications/${String(application['id'])}`
    await restrict([], [{ restrictionType: 'asymmetricKeyLifetime', maxLifetime: 'P7D' }])
    const refused = await call('PATCH', path, { keyCredentials: [entry] })
    assert.deepEqual(code(refused), [400, 'CredentialInvalidLifetimeAsPerAppPolicy'])
    const endDateTime = new Date(lab.simulator.tenant.clock.now() + 6 * 86_400_000).toISOString()
    assert.equal((await call('PATCH', path, { keyCredentials: [{ ...entry, endDateTime }] })).status, 204)
    await restrict([], [{ restrictionType: 'asymmetricKeyLifetime', maxLifetime: 'P1D' }])
    assert.equal((await call('PATCH', path, { keyCredentials: [entry] })).status, 204)
  })

  test('are shown to those who may read policies, which the command line clients may not', async () => {
    const path = 'policies/defaultAppManagementPolicy'
    assert.deepEqual(code(await call('GET', path)), [403, 'Authorization_RequestDenied'])
    const { app } = lab.simulator.ready
    const { body } = await tokenOf({ appId: app?.clientId }, {
      body: { secretText: app?.clientSecret },
    } as unknown as Answer)
    const shown = await call('GET', path, undefined, String(body['access_token']))
    assert.deepEqual([shown.status, shown.body['isEnabled']], [200, true])
    const wrong = await lab.control('POST', '/app-policies', {
      default: { passwordCredentials: [{ restrictionType: 'moon' }] },
    })
    assert.equal(wrong['statusCode'], 400)
  })

  test('may ask for a reference to the service management', async () => {
    await lab.control('POST', '/policies', { serviceManagementReferenceRequired: true })
    const body = { displayName: 'x', signInAudience: 'AzureADMyOrg' }
    assert.equal((await call('POST', 'applications', body)).status, 400)
    const named = { ...body, serviceManagementReference: 'service-1' }
    assert.equal((await call('POST', 'applications', named)).status, 201)
    await lab.control('POST', '/policies', { serviceManagementReferenceRequired: false })
  })
})

describe('replication', () => {
  test('has its own delay for each kind and for single objects', async () => {
    await lab.control('POST', '/lag', { seconds: 300, kinds: ['servicePrincipal', 'assignment'] })
    const application = await register()
    assert.equal((await call('GET', `applications/${String(application['id'])}`)).status, 200)
    const principal = await call('POST', 'servicePrincipals', { appId: application['appId'] })
    const path = `servicePrincipals/${String(principal.body['id'])}`
    assert.deepEqual(code(await call('GET', path)), [404, 'Request_ResourceNotFound'])
    assert.deepEqual(await lab.control('POST', '/delay', { id: principal.body['id'], seconds: 0 }), {
      delayed: 1,
    })
    assert.equal((await call('GET', path)).status, 200)
    const secret = await secretOf(application)
    const graph = (await call('GET', `${resource}?$select=id,appRoles`)).body
    const grant = await call('POST', `${path}/appRoleAssignments`, {
      principalId: principal.body['id'],
      resourceId: graph['id'],
      appRoleId: list(graph['appRoles']).find((role) => role['value'] === 'Mail.Read')?.['id'],
    })
    const roles = async () =>
      decodeJwt(String((await tokenOf(application, secret)).body['access_token']))['roles']
    assert.equal(await roles(), undefined)
    await lab.control('POST', '/delay', { id: grant.body['id'], seconds: 0 })
    assert.deepEqual(await roles(), ['Mail.Read'])
    await lab.control('POST', '/delay', { id: secret.body['keyId'], seconds: 60 })
    assert.deepEqual((await tokenOf(application, secret)).body['error_codes'], [7000215])
    assert.equal((await lab.control('POST', '/delay', { id: 'nothing', seconds: 1 }))['statusCode'], 400)
  })

  test('lets another replica deny what one has shown', async () => {
    const application = await register()
    const path = `applications/${String(application['id'])}`
    await lab.control('POST', '/policies', { staleReplicaReads: 2 })
    const seen: number[] = []
    for (let turn = 0; turn < 5; turn += 1) seen.push((await call('GET', path)).status)
    assert.deepEqual(seen, [200, 404, 404, 200, 200])
    assert.equal((await call('GET', resource)).status, 200)
    assert.equal((await call('GET', resource)).status, 200)
    await lab.control('POST', '/policies', { staleReplicaReads: 0 })
  })
})

describe('deleted and foreign applications', () => {
  test('a deleted application is restored as it was, without its principal, or gone for good', async () => {
    const application = await register('restored')
    const id = String(application['id'])
    await call('POST', 'servicePrincipals', { appId: application['appId'] })
    assert.equal((await call('DELETE', `applications/${id}`)).status, 204)
    assert.equal((await call('GET', `applications/${id}`)).status, 404)
    assert.equal((await call('POST', `directory/deletedItems/${id}/restore`)).body['displayName'], 'restored')
    assert.equal((await call('GET', `applications/${id}`)).status, 200)
    const principal = `servicePrincipals(appId='${String(application['appId'])}')`
    assert.equal((await call('GET', principal)).status, 404)
    await call('DELETE', `applications/${id}`)
    await advance(31 * 86_400)
    admin = await delegatedToken(lab, 'admin')
    assert.equal((await call('GET', `directory/deletedItems/${id}`)).status, 404)
  })

  test("a Privileged Role Administrator grants to another's application but cannot change it", async () => {
    const other = await delegatedToken(lab, 'privileged.role.admin')
    const application = await register()
    const path = `applications/${String(application['id'])}`
    assert.deepEqual(code(await secretOf(application, 30, other)), [403, 'Authorization_RequestDenied'])
    assert.equal((await call('PATCH', path, { notes: 'mine' }, other)).status, 403)
    assert.equal((await call('DELETE', path, undefined, other)).status, 403)
    const principal = (await call('POST', 'servicePrincipals', { appId: application['appId'] })).body
    const graph = (await call('GET', `${resource}?$select=id,appRoles`)).body
    const granted = await call(
      'POST',
      `servicePrincipals/${String(principal['id'])}/appRoleAssignments`,
      {
        principalId: principal['id'],
        resourceId: graph['id'],
        appRoleId: list(graph['appRoles'])[0]?.['id'],
      },
      other,
    )
    assert.equal(granted.status, 201)
    const own = await register('own', other)
    assert.equal((await secretOf(own, 30, other)).status, 200)
  })
})

describe('access to mailboxes by Exchange', () => {
  const inScope = 'user@harbourlights.example'
  async function bare(): Promise<{ appId: unknown; token: string }> {
    const application = await register()
    await call('POST', 'servicePrincipals', { appId: application['appId'] })
    const answer = await tokenOf(application, await secretOf(application))
    return { appId: application['appId'], token: String(answer.body['access_token']) }
  }
  const inbox = (user: string, token: string) =>
    call('GET', `users/${user}/mailFolders/inbox/messages?$select=id,body`, undefined, token)

  test('RBAC for Applications opens the mailboxes in scope to a token without roles, after the cache', async () => {
    const { appId, token } = await bare()
    assert.equal(decodeJwt(token)['roles'], undefined)
    const outside = lab.simulator.tenant.users.find(
      (user) => user.hasMailbox && user.userPrincipalName !== inScope,
    )?.userPrincipalName
    assert.ok(outside)
    const permissions = ['Application Mail.Read']
    await lab.control('POST', '/rbac', { appId, permissions, users: [inScope], cacheSeconds: 1800 })
    assert.deepEqual(code(await inbox(inScope, token)), [403, 'ErrorAccessDenied'])
    await advance(1801)
    assert.equal((await inbox(inScope, token)).status, 200)
    assert.deepEqual(code(await inbox(outside, token)), [403, 'ErrorAccessDenied'])
    const settings = await call('GET', `users/${inScope}/mailboxSettings`, undefined, token)
    assert.deepEqual(code(settings), [403, 'ErrorAccessDenied'])
    assert.deepEqual(code(await call('GET', 'users', undefined, token)), [403, 'Authorization_RequestDenied'])
    await lab.control('POST', '/rbac', { appId, permissions: [] })
    assert.deepEqual(code(await inbox(inScope, token)), [403, 'ErrorAccessDenied'])
  })

  test('an application access policy shuts the other mailboxes in its own words', async () => {
    const { appId, token } = await bare()
    await lab.control('POST', '/rbac', { appId, permissions: ['Mail.Read'] })
    assert.equal((await inbox(inScope, token)).status, 200)
    await lab.control('POST', '/access-policy', { appId, users: [] })
    const shut = await inbox(inScope, token)
    assert.deepEqual(code(shut), [403, 'ErrorAccessDenied'])
    assert.equal(errorOf(shut)['message'], 'Access to OData is disabled.')
    await lab.control('POST', '/access-policy', { appId, lifted: true })
    assert.equal((await inbox(inScope, token)).status, 200)
  })
})
