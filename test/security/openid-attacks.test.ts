/**
 * What a provider, or somebody between, could send instead of an honest answer. The provider here is made by hand, since no honest one
 * sends such answers; the honest one is in `test/server/single-sign-on.test.ts`.
 */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import type { SaveSingleSignOn } from '../../src/contract/index.ts'
import { createEgress } from '../../src/egress/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { createSecretBox, createSecurity, createSingleSignOn } from '../../src/security/index.ts'
import { systemClock } from '../../src/shared/index.ts'
import { createTestDatabase } from '../database.ts'

const clientId = 'bdrcloud'
const clientSecret = 'a secret of 32 or more characters, as HS256 wants it'
const origin = 'http://localhost:1'

interface Lie {
  /** Claims instead of the honest ones. */
  readonly claims?: JWTPayload
  readonly sign?: (claims: JWTPayload) => Promise<string> | string
  /** Of what the provider says of itself. */
  readonly metadata?: Record<string, unknown>
  /** Of the way back. */
  readonly answer?: Record<string, string>
  readonly token?: Record<string, unknown>
}

async function fixture() {
  const { db, drop } = await createTestDatabase()
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const stranger = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  let lie: Lie = {}
  let nonce = ''
  const now = () => Math.floor(Date.now() / 1000)
  const signWith = (key: typeof privateKey) => (claims: JWTPayload) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key)
  const server = createServer(async (request, response) => {
    const json = (value: unknown, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    if (request.url?.startsWith('/.well-known/')) {
      return json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
        authorization_response_iss_parameter_supported: true,
        ...lie.metadata,
      })
    }
    if (request.url === '/keys') return json({ keys: [jwk] })
    const honest = { iss: issuer, sub: 'katherine', aud: clientId, exp: now() + 300, iat: now(), nonce }
    const claims = {
      ...honest,
      name: 'Katherine',
      preferred_username: 'katherine',
      roles: ['readers'],
      ...lie.claims,
    }
    const idToken = await (lie.sign ?? signWith(privateKey))(claims)
    json({ access_token: 'an access token', token_type: 'Bearer', id_token: idToken, ...lie.token })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const egress = createEgress({ allowedNetworks: ['127.0.0.1'] })
  const secrets = createSecretBox(Buffer.alloc(32, 7))
  const { directory } = createSecurity({ db, clock: systemClock, secrets, instanceName: 'test' })
  const singleSignOn = createSingleSignOn({ db, clock: systemClock, secrets, egress, directory })
  const settings: Omit<SaveSingleSignOn, 'proof'> = {
    enabled: true,
    name: 'Example',
    issuer,
    clientId,
    clientSecret,
    scopes: 'openid',
    roleClaim: 'roles',
    mappings: [{ value: 'readers', role: 'auditor', organizationIds: null }],
    unknownOperators: 'by-mapping',
    passwordsForOwnersOnly: false,
    sessionHours: 8,
  }
  /** How a sign-in with these lies ends: the code of the refusal, or null. */
  const outcome = async (lies: Lie): Promise<string | null> => {
    lie = lies
    await singleSignOn.settings.save(settings)
    try {
      const { address, browser } = await singleSignOn.begin({ origin })
      const asked = new URL(address).searchParams
      nonce = asked.get('nonce') ?? ''
      const answer = { state: asked.get('state') ?? '', code: 'a code', iss: issuer, ...lies.answer }
      await singleSignOn.complete(new URLSearchParams(answer), browser)
      return null
    } catch (error) {
      if (!isAppError(error)) throw error
      return error.code
    }
  }
  return {
    outcome,
    issuer,
    now,
    signWith,
    stranger,
    db,
    [Symbol.asyncDispose]: async () => {
      await egress.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await drop()
    },
  }
}

test('an honest answer is taken, and none that is forged, for somebody else, of another time or of another sign-in', async () => {
  await using f = await fixture()
  const { now, issuer } = f
  const cases: readonly (readonly [string, Lie, string | null])[] = [
    ['honest', {}, null],
    ['several audiences, this one authorized', { claims: { aud: [clientId, 'other'], azp: clientId } }, null],
    ['a clock that is half a minute ahead', { claims: { iat: now() + 30 } }, null],
    ['wrong nonce', { claims: { nonce: 'another' } }, 'SSO_NONCE_WRONG'],
    ['no nonce', { claims: { nonce: undefined as never } }, 'SSO_ANSWER_INVALID'],
    ['wrong audience', { claims: { aud: 'another-client' } }, 'SSO_AUDIENCE_WRONG'],
    ['authorized for another', { claims: { aud: [clientId, 'other'], azp: 'other' } }, 'SSO_AUDIENCE_WRONG'],
    ['wrong issuer', { claims: { iss: 'https://evil.example' } }, 'SSO_ISSUER_WRONG'],
    ['answer of another issuer (mix-up)', { answer: { iss: 'https://evil.example' } }, 'SSO_ISSUER_WRONG'],
    ['answer without issuer, where it is promised', { answer: { iss: '' } }, 'SSO_ISSUER_WRONG'],
    ['discovery of another issuer', { metadata: { issuer: 'https://evil.example' } }, 'SSO_ISSUER_WRONG'],
    ['expired', { claims: { exp: now() - 120, iat: now() - 900 } }, 'SSO_CLOCK'],
    ['not valid yet', { claims: { nbf: now() + 600 } }, 'SSO_CLOCK'],
    ['no signature', { sign: (claims) => new UnsecuredJWT(claims).encode() }, 'SSO_ANSWER_INVALID'],
    [
      'no signature, and the provider says that is so',
      {
        sign: (claims) => new UnsecuredJWT(claims).encode(),
        metadata: { id_token_signing_alg_values_supported: ['none', 'RS256'] },
      },
      'SSO_ANSWER_INVALID',
    ],
    [
      'signed with the client secret',
      {
        sign: (claims) =>
          new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(clientSecret)),
        metadata: { id_token_signing_alg_values_supported: ['HS256', 'RS256'] },
      },
      'SSO_ANSWER_INVALID',
    ],
    ['signed by a stranger', { sign: f.signWith(f.stranger.privateKey) }, 'SSO_ANSWER_INVALID'],
    ['no ID token', { token: { id_token: undefined } }, 'SSO_ANSWER_INVALID'],
    ['no subject', { claims: { sub: undefined as never } }, 'SSO_ANSWER_INVALID'],
    ['a role that nobody mapped', { claims: { sub: 'other', roles: ['owner'] } }, 'SSO_NO_ROLE'],
    ['an error with a text', { answer: { code: '', error: 'server_error' } }, 'SSO_PROVIDER_ERROR'],
  ]
  for (const [name, lie, expected] of cases) assert.equal(await f.outcome(lie), expected, name)
  const known = await f.db.selectFrom('operator_identities').select(['issuer', 'subject']).execute()
  assert.deepEqual(known, [{ issuer, subject: 'katherine' }], 'only who was vouched for')
})

test('endless answers are not read to their end, and addresses in what a provider says are looked at like any other', async () => {
  await using f = await fixture()
  assert.equal(await f.outcome({ metadata: { padding: 'x'.repeat(2_000_000) } }), 'NET_ANSWER_TOO_LONG')
  assert.equal(
    await f.outcome({ metadata: { token_endpoint: 'http://192.168.77.1/token' } }),
    'NET_ADDRESS_REFUSED',
    'an address inside the answer is looked at like any other',
  )
  assert.equal(await f.outcome({ metadata: { token_endpoint: 'file:///etc/passwd' } }), 'SSO_ANSWER_INVALID')
})
