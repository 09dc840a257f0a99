import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { decodeJwt, SignJWT } from 'jose'
import { makeCertificate } from './tenant-certificate.ts'
import {
  type Answer,
  confidentialClient,
  delegatedToken,
  errorOf,
  graphScope,
  type Json,
  type Lab,
  list,
  openLab,
} from './tenant-client.ts'

const graphResource = "servicePrincipals(appId='00000003-0000-0000-c000-000000000000')"
let lab: Lab
let admin: string
const as =
  (token: string) =>
  (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> =>
    lab.call(method, `${lab.graph}/${path}`, {
      token,
      ...(body === undefined ? {} : { body }),
      ...(headers === undefined ? {} : { headers }),
    })
const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  as(admin)(method, path, body, headers)
const advance = (seconds: number) => lab.control('POST', '/clock', { advanceSeconds: seconds })
const numbers = (answer: Answer): unknown => answer.body['error_codes']

async function roleId(value: string): Promise<{ resourceId: string; appRoleId: string }> {
  const { body } = await call('GET', `${graphResource}?$select=id,appId,displayName,appRoles`)
  const role = list(body['appRoles']).find((one) => one['value'] === value)
  return { resourceId: String(body['id']), appRoleId: String(role?.['id']) }
}

before(async () => {
  lab = await openLab({ lagSeconds: 60, withApp: true })
  admin = await delegatedToken(lab, 'admin')
})
after(() => lab.stop())

describe('a Global Administrator provisions an application', () => {
  let application: Json
  let principal: Json
  const tokenForm = (secret: string): Record<string, string> => ({
    grant_type: 'client_credentials',
    client_id: String(application['appId']),
    client_secret: secret,
    scope: graphScope(lab),
  })

  test('upsert by unique name creates once and updates after, even before it is replicated', async () => {
    const uniqueName = `backup-${randomUUID()}`
    const path = `applications(uniqueName='${uniqueName}')`
    const body = { displayName: 'Backup', signInAudience: 'AzureADMyOrg' }
    assert.equal((await call('PATCH', path, body)).status, 404)
    const prefer = { prefer: 'create-if-missing' }
    const created = await call('PATCH', path, body, prefer)
    assert.equal(created.status, 201)
    application = created.body
    const repeated = await call('PATCH', path, body, prefer)
    assert.deepEqual([repeated.status, repeated.text], [204, ''])
    assert.deepEqual(errorOf(await call('GET', path))['code'], 'Request_ResourceNotFound')
    assert.deepEqual(
      list((await call('GET', `applications?$filter=uniqueName eq '${uniqueName}'`)).body['value']),
      [],
    )
  })

  test('during the lag every next step fails as Microsoft says', async () => {
    const early = await call('POST', 'servicePrincipals', { appId: application['appId'] })
    assert.equal(early.status, 400)
    assert.equal(list(errorOf(early)['details'])[0]?.['code'], 'NoBackingApplicationObject')
    for (const step of ['addPassword', 'removePassword']) {
      const answer = await call('POST', `applications/${String(application['id'])}/${step}`, {})
      assert.deepEqual([answer.status, errorOf(answer)['code']], [404, 'Request_ResourceNotFound'])
    }
    assert.deepEqual(numbers(await lab.token(tokenForm('x'))), [700016])
    await advance(61)
    const found = await call(
      'GET',
      `applications(uniqueName='${String(application['uniqueName'])}')?$select=id`,
    )
    assert.equal(found.body['id'], application['id'])
  })

  test('the service principal exists once, and cannot be used at once', async () => {
    const created = await call('POST', 'servicePrincipals', { appId: application['appId'] })
    assert.equal(created.status, 201)
    principal = created.body
    const twice = await call('POST', 'servicePrincipals', { appId: application['appId'] })
    assert.deepEqual([twice.status, errorOf(twice)['code']], [409, 'Request_MultipleObjectsWithSameKeyValue'])
    const grant = { principalId: principal['id'], ...(await roleId('Mail.Read')) }
    const early = await call('POST', `servicePrincipals/${String(principal['id'])}/appRoleAssignments`, grant)
    assert.deepEqual([early.status, errorOf(early)['code']], [404, 'Request_ResourceNotFound'])
  })

  test('a new secret is refused until it has spread, and a token needs the principal', async () => {
    const { body } = await call('POST', `applications/${String(application['id'])}/addPassword`, {
      passwordCredential: {
        displayName: 'server',
        endDateTime: new Date(Date.now() + 30 * 86_400_000).toISOString(),
      },
    })
    const secret = String(body['secretText'])
    assert.equal(body['hint'], secret.slice(0, 3))
    assert.deepEqual(numbers(await lab.token(tokenForm(secret))), [7000215])
    await advance(61)
    const answer = await lab.token(tokenForm(secret))
    assert.equal(answer.status, 200)
    assert.equal(decodeJwt(String(answer.body['access_token']))['roles'], undefined)
    const shown = await call('GET', `applications/${String(application['id'])}`)
    assert.ok(!shown.text.includes(secret))
    assert.equal(
      (
        await call('POST', `applications/${String(application['id'])}/removePassword`, {
          keyId: body['keyId'],
        })
      ).status,
      204,
    )
    assert.deepEqual(numbers(await lab.token(tokenForm(secret))), [7000215])
  })

  test('roles reach tokens after the lag; duplicates and unknown roles are named', async () => {
    const { body } = await call('POST', `applications/${String(application['id'])}/addPassword`)
    const { resourceId, appRoleId } = await roleId('Mail.Read')
    const path = `servicePrincipals/${resourceId}/appRoleAssignedTo`
    const grant = { principalId: principal['id'], resourceId, appRoleId }
    const granted = await call('POST', path, grant)
    assert.deepEqual([granted.status, granted.body['resourceDisplayName']], [201, 'Microsoft Graph'])
    const twice = await call('POST', path, grant)
    assert.deepEqual(
      [twice.status, errorOf(twice)['message']],
      [400, 'Permission being assigned already exists on the object'],
    )
    const unknown = await call('POST', path, { ...grant, appRoleId: randomUUID() })
    assert.equal(errorOf(unknown)['message'], 'Permission being assigned was not found on application.')
    await advance(61)
    const form = tokenForm(String(body['secretText']))
    const token = String((await lab.token(form)).body['access_token'])
    assert.deepEqual(decodeJwt(token)['roles'], ['Mail.Read'])
    const denied = await lab.call('GET', `${lab.graph}/users`, { token })
    assert.deepEqual([denied.status, errorOf(denied)['code']], [403, 'Authorization_RequestDenied'])
    const mine = await call('GET', `servicePrincipals/${String(principal['id'])}/appRoleAssignments`)
    const assignment = list(mine.body['value'])[0]?.['id']
    assert.equal(
      (
        await call(
          'DELETE',
          `servicePrincipals/${String(principal['id'])}/appRoleAssignments/${String(assignment)}`,
        )
      ).status,
      204,
    )
    assert.equal(decodeJwt(String((await lab.token(form)).body['access_token']))['roles'], undefined)
  })

  test('PATCH replaces all keys, MSAL signs in with the new one, and it rolls by proof', async () => {
    const [first, second] = [await makeCertificate(), await makeCertificate()]
    const entry = (one: typeof first): Json => ({
      type: 'AsymmetricX509Cert',
      usage: 'Verify',
      key: one.der.toString('base64'),
      displayName: 'CN=backup test',
    })
    const path = `applications/${String(application['id'])}`
    const bad = await call('PATCH', path, { keyCredentials: [{ ...entry(first), key: 'bm90IGEgY2VydA==' }] })
    assert.equal(bad.status, 400)
    assert.equal((await call('PATCH', path, { keyCredentials: [entry(first)] })).status, 204)
    await advance(61)
    const client = confidentialClient(lab, String(application['appId']), {
      clientCertificate: { privateKey: first.privateKey, thumbprintSha256: first.sha256 },
    })
    const result = await client.acquireTokenByClientCredential({ scopes: [graphScope(lab)] })
    const own = as(result?.accessToken ?? '')
    const now = Math.floor(Date.parse(String((await lab.control('GET', '/state'))['now'])) / 1000)
    const proof = (issuer: unknown) =>
      new SignJWT({
        aud: '00000002-0000-0000-c000-000000000000',
        iss: String(issuer),
        nbf: now,
        exp: now + 600,
      })
        .setProtectedHeader({ alg: 'RS256', x5t: first.sha1Base64Url })
        .sign(first.key)
    const refused = await own('POST', `${path}/addKey`, {
      keyCredential: entry(second),
      proof: await proof(application['appId']),
    })
    assert.equal(refused.status, 401)
    const added = await own('POST', `${path}/addKey`, {
      keyCredential: entry(second),
      passwordCredential: null,
      proof: await proof(application['id']),
    })
    assert.equal(added.status, 200)
    const both = await call('GET', `${path}?$select=keyCredentials`)
    const keys = list(both.body['keyCredentials'])
    assert.deepEqual(
      keys.map((one) => one['key']),
      [first.der.toString('base64'), second.der.toString('base64')],
    )
    assert.equal(list((await call('GET', path)).body['keyCredentials'])[0]?.['key'], null)
    assert.equal((await call('PATCH', path, { keyCredentials: [entry(second)] })).status, 204)
    assert.equal(list((await call('GET', path)).body['keyCredentials']).length, 1)
  })

  test('deleting is soft first, takes the principal along, and then final', async () => {
    assert.equal((await call('DELETE', `applications/${String(application['id'])}`)).status, 204)
    assert.equal(
      (await call('GET', `servicePrincipals(appId='${String(application['appId'])}')`)).status,
      404,
    )
    assert.deepEqual(numbers(await lab.token(tokenForm('x'))), [700016])
    const bin = await call('GET', 'directory/deletedItems/microsoft.graph.application?$select=id')
    assert.deepEqual(list(bin.body['value']), [{ id: application['id'] }])
    assert.equal((await call('DELETE', `directory/deletedItems/${String(application['id'])}`)).status, 204)
    assert.equal((await call('GET', `directory/deletedItems/${String(application['id'])}`)).status, 404)
  })
})

describe('roles decide who may do what', () => {
  /** Creates application and principal as that persona and tries to grant a role. */
  async function attempt(name: string): Promise<{ created: number; principal: number; granted: Answer }> {
    const own = as(await delegatedToken(lab, name))
    const created = await own('POST', 'applications', { displayName: name, signInAudience: 'AzureADMyOrg' })
    await advance(61)
    const principal = await own('POST', 'servicePrincipals', { appId: created.body['appId'] })
    await advance(61)
    const grant = { principalId: principal.body['id'], ...(await roleId('Mail.Read')) }
    const granted = await own(
      'POST',
      `servicePrincipals/${String(principal.body['id'])}/appRoleAssignments`,
      grant,
    )
    return { created: created.status, principal: principal.status, granted }
  }

  test('Global and Privileged Role Administrators grant Graph roles; a Cloud Application Administrator and a user do not', async () => {
    for (const name of ['admin', 'privileged.role.admin']) {
      const { created, principal, granted } = await attempt(name)
      assert.deepEqual([created, principal, granted.status], [201, 201, 201], name)
    }
    for (const name of ['cloud.app.admin', 'user']) {
      const { created, principal, granted } = await attempt(name)
      assert.deepEqual([created, principal, granted.status], [201, 201, 403], name)
      assert.equal(errorOf(granted)['code'], 'Authorization_RequestDenied')
      assert.equal(errorOf(granted)['message'], 'Insufficient privileges to complete the operation.')
    }
  })

  test("a user cannot touch somebody else's application, nor create one where the tenant forbids it", async () => {
    const user = as(await delegatedToken(lab, 'user'))
    const ready = lab.simulator.tenant.directory.applications[0]
    assert.equal((await user('POST', `applications/${ready?.id}/addPassword`, {})).status, 403)
    await lab.control('POST', '/policies', { usersMayRegisterApplications: false })
    assert.equal((await user('POST', 'applications', { displayName: 'x' })).status, 403)
    await lab.control('POST', '/policies', { usersMayRegisterApplications: true })
  })

  test('directory roles are shown to their holder with template ids', async () => {
    const path = 'me/transitiveMemberOf/microsoft.graph.directoryRole?$select=id,displayName,roleTemplateId'
    const { body } = await call('GET', path)
    assert.equal(list(body['value'])[0]?.['roleTemplateId'], '62e90394-69f5-4237-9190-012177145e10')
    const none = await as(await delegatedToken(lab, 'user'))('GET', path)
    assert.deepEqual(none.body['value'], [])
  })

  test('an application without principal, or with a disabled one, gets no token', async () => {
    const created = await call('POST', 'applications', {
      displayName: 'lonely',
      signInAudience: 'AzureADMyOrg',
    })
    await advance(61)
    const secret = await call('POST', `applications/${String(created.body['id'])}/addPassword`, {})
    await advance(61)
    const form = {
      grant_type: 'client_credentials',
      client_id: String(created.body['appId']),
      client_secret: String(secret.body['secretText']),
      scope: graphScope(lab),
    }
    const lonely = await lab.token(form)
    assert.deepEqual(
      [lonely.status, lonely.body['error'], numbers(lonely)],
      [401, 'invalid_client', [7000229]],
    )
    const principal = await call('POST', 'servicePrincipals', { appId: created.body['appId'] })
    assert.deepEqual(numbers(await lab.token(form)), [7000229])
    await advance(61)
    assert.equal((await lab.token(form)).status, 200)
    const path = `servicePrincipals/${String(principal.body['id'])}`
    assert.equal((await call('PATCH', path, { accountEnabled: false })).status, 204)
    assert.deepEqual(numbers(await lab.token(form)), [7000112])
  })

  test('the control listing shows every application there is, without secrets', async () => {
    const { applications } = await lab.control('GET', '/applications')
    const lonely = list(applications).find((one) => one['displayName'] === 'lonely')
    assert.deepEqual([lonely?.['passwords'], lonely?.['keys'], lonely?.['deletedDateTime']], [1, 0, null])
    assert.ok(!JSON.stringify(applications).includes(lab.simulator.ready.app?.clientSecret ?? ''))
  })

  test('application management policies refuse secrets and long lives', async () => {
    const created = await call('POST', 'applications', {
      displayName: 'policy',
      signInAudience: 'AzureADMyOrg',
    })
    await advance(61)
    const path = `applications/${String(created.body['id'])}/addPassword`
    await lab.control('POST', '/policies', { passwordMaximumDays: 30 })
    assert.equal(errorOf(await call('POST', path, {}))['code'], 'CredentialInvalidLifetimeAsPerAppPolicy')
    await lab.control('POST', '/policies', { passwordsAllowed: false })
    assert.equal(errorOf(await call('POST', path, {}))['code'], 'CredentialTypeNotAllowedAsPerAppPolicy')
  })
})
