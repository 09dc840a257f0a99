import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { test } from 'node:test'
import { createSignIn, isMicrosoftError } from '../../src/microsoft/index.ts'
import { json, skippingClock, startSmallGraph } from './support.ts'

const tenantId = randomUUID()
const clientId = randomUUID()
const nonce = 'the-nonce'
const own = generateKeyPairSync('rsa', { modulusLength: 2048 })
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 })
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

interface Forgery {
  readonly header?: Record<string, unknown>
  readonly claims?: Record<string, unknown>
  readonly key?: typeof own.privateKey
  /** Replaces the claims after signing. */
  readonly afterwards?: Record<string, unknown>
  /** Changes of the discovery document. */
  readonly discovery?: Record<string, unknown>
}

/** Signs in at a login service that answers with a token made as told. */
async function redeem({
  header = {},
  claims = {},
  key = own.privateKey,
  afterwards,
  discovery = {},
}: Forgery) {
  const clock = skippingClock()
  const seconds = Math.floor(clock.now() / 1000)
  let origin = ''
  const server = await startSmallGraph((request, response) => {
    if (request.url.includes('openid-configuration')) {
      return json(response, 200, {
        issuer: `${origin}/{tenantid}/v2.0`,
        authorization_endpoint: `${origin}/organizations/oauth2/v2.0/authorize`,
        token_endpoint: `${origin}/organizations/oauth2/v2.0/token`,
        jwks_uri: `${origin}/keys`,
        ...discovery,
      })
    }
    if (request.url === '/keys') {
      return json(response, 200, {
        keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'key-1', use: 'sig' }],
      })
    }
    const all = {
      iss: `${origin}/${tenantId}/v2.0`,
      aud: clientId,
      tid: tenantId,
      oid: randomUUID(),
      nonce,
      exp: seconds + 3600,
      nbf: seconds,
      name: 'Ada',
      preferred_username: 'ada@example.com',
      ...claims,
    }
    const head = encode({ alg: 'RS256', typ: 'JWT', kid: 'key-1', ...header })
    const signature = sign('RSA-SHA256', Buffer.from(`${head}.${encode(all)}`), key).toString('base64url')
    const payload = encode({ ...all, ...afterwards })
    return json(response, 200, {
      access_token: 'opaque',
      id_token: `${head}.${payload}.${header['alg'] === 'none' ? '' : signature}`,
      expires_in: 3599,
      refresh_token: 'never-wanted',
    })
  })
  origin = server.cloud.loginAuthority
  try {
    const signIn = createSignIn({ network: server.network, cloud: server.cloud, clientId, clock })
    const result = await signIn.redeem({
      code: 'c',
      redirectUri: 'http://localhost:1/',
      codeVerifier: 'v',
      nonce,
    })
    return { result, received: server.received }
  } finally {
    await server.close()
  }
}

test('a right token proves the account, and what else came is not kept', async () => {
  const { result, received } = await redeem({})
  assert.equal(result.account.tenantId, tenantId)
  assert.equal(result.account.userPrincipalName, 'ada@example.com')
  assert.ok(!JSON.stringify(result).includes('never-wanted'))
  const form = new URLSearchParams(received.find((request) => request.method === 'POST')?.body)
  assert.ok(!form.get('scope')?.includes('offline_access'))
})

const forgeries: ReadonlyArray<readonly [string, Forgery]> = [
  ['signed with a key of someone else', { key: foreign.privateKey }],
  ['changed after signing', { afterwards: { tid: randomUUID() } }],
  ['not signed at all', { header: { alg: 'none' } }],
  ['signed with another algorithm', { header: { alg: 'HS256' } }],
  ['naming an unknown key', { header: { kid: 'key-2' } }],
  ['for another application', { claims: { aud: randomUUID() } }],
  ['of another sign-in', { claims: { nonce: 'other' } }],
  ['without a nonce', { claims: { nonce: undefined } }],
  ['of another issuer', { claims: { iss: 'https://evil.example/v2.0' } }],
  ['of another tenant than its issuer', { claims: { tid: randomUUID() } }],
  ['whose tenant is no id', { claims: { tid: '../evil' } }],
  ['that has expired', { claims: { exp: 1_000 } }],
  ['without an end', { claims: { exp: undefined } }],
  ['of the future', { claims: { nbf: 99_999_999_999 } }],
  [
    'from a login service that names a foreign issuer',
    { discovery: { issuer: 'https://evil.example/{tenantid}' } },
  ],
]
for (const [name, forgery] of forgeries) {
  test(`an identity token ${name} is refused`, async () => {
    await assert.rejects(redeem(forgery), { code: 'MSG_IDENTITY_UNPROVEN' })
  })
}

test('a discovery document that sends codes or keys elsewhere is not followed', async () => {
  for (const place of ['token_endpoint', 'jwks_uri']) {
    await assert.rejects(redeem({ discovery: { [place]: 'https://evil.example/x' } }), (error) => {
      assert.ok(isMicrosoftError(error))
      return error.code === 'MSG_FOREIGN_ADDRESS'
    })
  }
})
