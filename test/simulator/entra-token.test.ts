import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { decodeJwt, SignJWT } from 'jose'
import { makeCertificate } from './tenant-certificate.ts'
import { azureCli, confidentialClient, graphScope, type Lab, list, openLab } from './tenant-client.ts'

let lab: Lab
const app = () => {
  const ready = lab.simulator.ready.app
  assert.ok(ready)
  return ready
}
const form = (changes: Record<string, string | undefined> = {}): Record<string, string> => {
  const all = {
    grant_type: 'client_credentials',
    client_id: app().clientId,
    client_secret: app().clientSecret,
    scope: graphScope(lab),
    ...changes,
  }
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

before(async () => {
  lab = await openLab({ withApp: true })
})
after(() => lab.stop())

describe('client credentials', () => {
  test('MSAL gets a token by secret, and Graph accepts it', async () => {
    const client = confidentialClient(lab, app().clientId, { clientSecret: app().clientSecret })
    const result = await client.acquireTokenByClientCredential({ scopes: [graphScope(lab)] })
    const token = result?.accessToken ?? ''
    const claims = decodeJwt(token)
    assert.equal(claims['idtyp'], 'app')
    assert.ok((claims['roles'] as string[]).includes('Mail.ReadWrite'))
    const users = await lab.call('GET', `${lab.graph}/users?$top=2&$select=id`, { token })
    assert.equal(users.status, 200)
    assert.equal(list(users.body['value']).length, 2)
  })

  test('MSAL gets a token by certificate, with the SHA-256 thumbprint and PS256', async () => {
    const certificate = await makeCertificate()
    const application = lab.simulator.tenant.directory.applications[0]
    assert.ok(application)
    application.keyCredentials.push(certificate.credential)
    const client = confidentialClient(lab, app().clientId, {
      clientCertificate: { privateKey: certificate.privateKey, thumbprintSha256: certificate.sha256 },
    })
    const result = await client.acquireTokenByClientCredential({ scopes: [graphScope(lab)] })
    assert.equal(decodeJwt(result?.accessToken ?? '')['appidacr'], '2')
  })

  test('every malformed or wrong request gets its own number and a full error body', async () => {
    const expected: [string, Record<string, string | undefined>, number, number, string, string?][] = [
      ['no grant type', { grant_type: undefined }, 400, 900144, 'invalid_request'],
      ['unknown grant type', { grant_type: 'password_please' }, 400, 70003, 'unsupported_grant_type'],
      ['no client id', { client_id: undefined }, 400, 900144, 'invalid_request'],
      ['unknown client', { client_id: randomUUID() }, 400, 700016, 'unauthorized_client'],
      ['no scope', { scope: undefined }, 400, 90014, 'invalid_request'],
      ['no secret', { client_secret: undefined }, 401, 7000218, 'invalid_client'],
      ['wrong secret', { client_secret: 'nonsense' }, 401, 7000215, 'invalid_client'],
      ['public client with a secret', { client_id: azureCli }, 401, 700025, 'invalid_client'],
      ['malformed scope', { scope: 'no spaces allowed "' }, 400, 70011, 'invalid_scope'],
      [
        'a scope by name',
        { scope: `${lab.graph.replace('/v1.0', '')}/Mail.Read` },
        400,
        1002012,
        'invalid_scope',
      ],
      ['another cloud', { scope: 'https://graph.microsoft.us/.default' }, 400, 500011, 'invalid_resource'],
      [
        'two resources',
        { scope: `${graphScope(lab)} https://outlook.office365.com/.default` },
        400,
        700022,
        'invalid_scope',
      ],
      ['unknown tenant', {}, 400, 90002, 'invalid_request', randomUUID()],
      ['no tenant at all', {}, 400, 900023, 'invalid_request', 'nonsense'],
      ['organizations', {}, 400, 9001023, 'invalid_request', 'organizations'],
    ]
    for (const [name, changes, status, number, error, tenant] of expected) {
      const answer = await lab.token(form(changes), tenant)
      assert.deepEqual(
        [answer.status, answer.body['error_codes'], answer.body['error']],
        [status, [number], error],
        `${name}: ${answer.text}`,
      )
      assert.match(
        String(answer.body['error_description']),
        new RegExp(
          `^AADSTS${number}: .+ Trace ID: [0-9a-f-]{36} Correlation ID: [0-9a-f-]{36} Timestamp: .+Z$`,
          's',
        ),
      )
    }
  })

  test('a secret is refused by its id, and when it has expired', async () => {
    const application = lab.simulator.tenant.directory.applications[0]
    assert.ok(application?.passwordCredentials[0])
    const byId = await lab.token(form({ client_secret: application.passwordCredentials[0].keyId }))
    assert.deepEqual(byId.body['error_codes'], [7000215])
    application.passwordCredentials.push({
      ...application.passwordCredentials[0],
      keyId: randomUUID(),
      secretText: 'an-old-secret',
      endDateTime: '2026-02-01T00:00:00Z',
    })
    const old = await lab.token(form({ client_secret: 'an-old-secret' }))
    assert.deepEqual([old.status, old.body['error_codes']], [401, [7000222]])
  })

  test('a body that is no form counts as empty, a doubled parameter and GET are refused', async () => {
    const url = `${lab.login}/${lab.tenantId}/oauth2/v2.0/token`
    const json = await lab.call('POST', url, { body: form() })
    assert.deepEqual(json.body['error_codes'], [900144])
    const doubled = await lab.call('POST', url, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `${new URLSearchParams(form()).toString()}&scope=x`,
    })
    assert.deepEqual(doubled.body['error_codes'], [9000411])
    assert.deepEqual((await lab.call('GET', url)).body['error_codes'], [900561])
  })

  test('HTTP Basic carries the client credential as well', async () => {
    const basic = Buffer.from(`${app().clientId}:${encodeURIComponent(app().clientSecret)}`).toString(
      'base64',
    )
    const answer = await lab.call('POST', `${lab.login}/${lab.tenantId}/oauth2/v2.0/token`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: graphScope(lab) }).toString(),
    })
    assert.equal(answer.status, 200)
  })
})

describe('certificate assertions', () => {
  const assertionForm = (assertion: string): Record<string, string> =>
    form({
      client_secret: undefined,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    })

  test('are checked for key, signature, subject, audience, algorithm and time', async () => {
    const good = await makeCertificate()
    const application = lab.simulator.tenant.directory.applications[0]
    assert.ok(application)
    application.keyCredentials = [good.credential]
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const now = Math.floor(Date.now() / 1000)
    const make = (
      header: { alg: string; [name: string]: string },
      claims: Record<string, unknown> = {},
      key: Parameters<SignJWT['sign']>[0] = good.key,
    ): Promise<string> =>
      new SignJWT({
        aud: `${lab.login}/${lab.tenantId}/oauth2/v2.0/token`,
        iss: app().clientId,
        sub: app().clientId,
        jti: randomUUID(),
        nbf: now,
        exp: now + 600,
        ...claims,
      })
        .setProtectedHeader(header)
        .sign(key)
    const ps256 = { alg: 'PS256', typ: 'JWT', 'x5t#S256': good.sha256Base64Url }
    const rs256 = { alg: 'RS256', typ: 'JWT', x5t: good.sha1Base64Url }
    for (const header of [ps256, rs256]) {
      assert.equal((await lab.token(assertionForm(await make(header)))).status, 200, header.alg)
    }
    const wrong: [string, string, number][] = [
      ['garbage', 'not.a.jwt', 50027],
      ['unknown thumbprint', await make({ ...ps256, 'x5t#S256': 'AAAA' }), 700027],
      ['foreign key', await make(ps256, {}, other), 700027],
      ['other subject', await make(ps256, { sub: randomUUID() }), 700021],
      ['other audience', await make(ps256, { aud: 'https://login.example/token' }), 700023],
      ['expired', await make(ps256, { nbf: now - 7200, exp: now - 3600 }), 700024],
      ['not yet valid', await make(ps256, { nbf: now + 3600, exp: now + 7200 }), 700024],
      ['PS256 with SHA-1', await make({ alg: 'PS256', x5t: good.sha1Base64Url }), 50027],
    ]
    for (const [name, assertion, number] of wrong) {
      const answer = await lab.token(assertionForm(assertion))
      assert.deepEqual(
        [answer.status, answer.body['error_codes']],
        [401, [number]],
        `${name}: ${answer.text}`,
      )
    }
  })
})

describe('documents', () => {
  test('discovery names the pages on http, the rest on https, and works by id, by domain and for organizations', async () => {
    const keys = [
      'token_endpoint',
      'authorization_endpoint',
      'issuer',
      'jwks_uri',
      'device_authorization_endpoint',
      'tenant_region_scope',
      'cloud_instance_name',
      'msgraph_host',
    ]
    for (const name of [lab.tenantId, 'harbourlights.example', 'organizations']) {
      const { status, body } = await lab.call(
        'GET',
        `${lab.login}/${name}/v2.0/.well-known/openid-configuration`,
      )
      assert.equal(status, 200)
      for (const key of keys) assert.ok(key in body, key)
      const issuer = name === 'organizations' ? '{tenantid}' : lab.tenantId
      assert.equal(body['issuer'], `${lab.login}/${issuer}/v2.0`)
      assert.ok(String(body['authorization_endpoint']).startsWith('http://localhost:'))
    }
    const none = await lab.call('GET', `${lab.login}/nobody.example/v2.0/.well-known/openid-configuration`)
    assert.deepEqual([none.status, none.body['error_codes']], [400, [90002]])
  })

  test('the published key verifies tokens', async () => {
    const { body } = await lab.call('GET', `${lab.login}/${lab.tenantId}/discovery/v2.0/keys`)
    assert.equal(list(body['keys'])[0]?.['kty'], 'RSA')
    assert.equal(list(body['keys'])[0]?.['d'], undefined)
  })
})
