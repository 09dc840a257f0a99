import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import Type from 'typebox'
import { type AuditEntryView, Id, type Page, type Problem } from '../../src/contract/index.ts'
import { makeCertificate } from '../../src/microsoft/index.ts'
import { registerConsole } from '../../src/server/console/console-pages.ts'
import { createTestServer, type TestServerOptions } from '../server.ts'

const base = '/api/v1'

async function serve(t: TestContext, options?: TestServerOptions) {
  const server = await createTestServer(options)
  t.after(server.stop)
  return server
}

test('the server answers by its own names only', async (t) => {
  const { app } = await serve(t, { allowedHosts: ['backup.example.org'] })
  const statusOf = async (host: string) =>
    (await app.inject({ url: `${base}/health`, headers: { host } })).statusCode
  for (const host of ['localhost:8080', '127.0.0.1:8080', '[::1]:8080', 'LOCALHOST', 'backup.example.org']) {
    assert.equal(await statusOf(host), 200, host)
  }
  for (const host of [
    'evil.example',
    'localhost.evil.example',
    'evil.example:80',
    'a@localhost',
    '127.0.0.2',
  ]) {
    assert.equal(await statusOf(host), 421, host)
  }
})

test('forwarded headers are believed from a trusted proxy only', async (t) => {
  const headers = { host: 'localhost', 'x-forwarded-host': 'evil.example' }
  const direct = await serve(t)
  assert.equal((await direct.app.inject({ url: `${base}/health`, headers })).statusCode, 200)
  const proxied = await serve(t, { trustedProxy: ['127.0.0.1'], allowedHosts: ['backup.example.org'] })
  assert.equal((await proxied.app.inject({ url: `${base}/health`, headers })).statusCode, 421)
  const fits = { host: 'localhost', 'x-forwarded-host': 'backup.example.org' }
  assert.equal((await proxied.app.inject({ url: `${base}/health`, headers: fits })).statusCode, 200)
})

test('whoever is not the trusted proxy changes nothing by forwarded headers: audit, throttle, cookie and redirect go by the connection', async (t) => {
  const { app, signIn } = await serve(t, {
    trustedProxy: ['192.0.2.10'],
    allowedHosts: ['backup.example.org'],
    requestsPerMinute: 12,
  })
  const { headers } = await signIn()
  const forwarded = {
    'x-forwarded-for': '198.51.100.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'backup.example.org',
  }
  const signInFrom = (remoteAddress: string, extra: Record<string, string> = forwarded) =>
    app.inject({
      method: 'POST',
      url: `${base}/session`,
      remoteAddress,
      headers: { host: 'localhost', ...extra },
      payload: { userName: 'ada', password: 'correct horse battery' },
    })
  const addresses = async () => {
    const answer = await app.inject({ url: `${base}/audit-entries?action=signIn`, headers })
    return answer.json<Page<AuditEntryView>>().items.map(({ address }) => address)
  }
  const nameOf = (answer: Awaited<ReturnType<typeof signInFrom>>) => answer.cookies[0]?.name
  const stranger = await signInFrom('203.0.113.5')
  assert.equal(stranger.statusCode, 201)
  assert.equal(nameOf(stranger), 'bdrcloud_session')
  assert.equal((await addresses())[0], '203.0.113.5')
  const proxied = await signInFrom('192.0.2.10')
  assert.equal(nameOf(proxied), '__Host-bdrcloud_session')
  assert.equal((await addresses())[0], '198.51.100.1')
  // What the browser sent before the proxy added its own is not believed.
  await signInFrom('192.0.2.10', { ...forwarded, 'x-forwarded-for': '127.0.0.1, 198.51.100.2' })
  assert.equal((await addresses())[0], '198.51.100.2')
  for (const extra of [
    { 'x-forwarded-host': 'evil.example' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  ]) {
    const answer = await app.inject({
      url: '/',
      remoteAddress: '203.0.113.5',
      headers: { host: 'localhost', ...extra },
    })
    assert.notEqual(answer.statusCode, 421)
    assert.doesNotMatch(JSON.stringify(answer.headers), /evil/)
  }

  // One who says to be many is throttled as one; many behind the proxy are many.
  const health = (remoteAddress: string, from: string) =>
    app.inject({
      url: `${base}/health`,
      remoteAddress,
      headers: { host: 'localhost', 'x-forwarded-for': from },
    })
  const statuses = async (remoteAddress: string) => {
    const all = []
    for (let one = 1; one <= 14; one++)
      all.push((await health(remoteAddress, `198.51.100.${100 + one}`)).statusCode)
    return new Set(all)
  }
  assert.deepEqual(await statuses('203.0.113.9'), new Set([200, 429]))
  assert.deepEqual(await statuses('192.0.2.10'), new Set([200]))
})

test('over https a session is in a cookie that no neighbour and nobody without encryption can plant', async (t) => {
  const { app, signIn } = await serve(t, {
    trustedProxy: ['127.0.0.1'],
    allowedHosts: ['backup.example.org'],
  })
  await signIn()
  const https = { host: 'backup.example.org', 'x-forwarded-proto': 'https' }
  const signedIn = await app.inject({
    method: 'POST',
    url: `${base}/session`,
    headers: https,
    payload: { userName: 'ada', password: 'correct horse battery' },
  })
  const [line = ''] = [signedIn.headers['set-cookie'] ?? []].flat()
  assert.match(line, /^__Host-bdrcloud_session=bdrs_/)
  assert.match(line, /; Path=\/(;|$)/)
  assert.match(line, /; Secure(;|$)/)
  assert.match(line, /; HttpOnly(;|$)/)
  assert.match(line, /; SameSite=Lax(;|$)/)
  assert.doesNotMatch(line, /Domain/i)
  const token = signedIn.cookies[0]?.value ?? ''
  const statusOf = async (cookie: string) =>
    (await app.inject({ url: `${base}/session`, headers: { ...https, cookie } })).statusCode
  assert.equal(await statusOf(`__Host-bdrcloud_session=${token}`), 200)
  // A cookie without the prefix may come from anybody: a session in it, however real, is none.
  assert.equal(await statusOf(`bdrcloud_session=${token}`), 401)
  assert.equal(await statusOf(`__Secure-bdrcloud_session=${token}; bdrcloud_session=${token}`), 401)
  const planted = await statusOf(`bdrcloud_session=planted; __Host-bdrcloud_session=${token}`)
  assert.equal(planted, 200, 'nor does it hide the own one')
  const over = await app.inject({
    url: `${base}/session`,
    headers: { host: 'localhost', cookie: `__Host-bdrcloud_session=${token}` },
  })
  assert.equal(over.statusCode, 401)
})

test('the first operator is made from this machine only, never through a proxy', async (t) => {
  const { app, security } = await serve(t, { allowedHosts: ['backup.example.org'] })
  const token = (await security.setup.issue()) ?? ''
  const request = {
    method: 'POST',
    url: `${base}/setup/operator`,
    payload: { token, userName: 'ada', password: 'correct horse battery' },
  } as const
  const codeOf = async (extra: object) => (await app.inject({ ...request, ...extra })).json<Problem>().code
  assert.equal(await codeOf({ remoteAddress: '192.0.2.1' }), 'SRV_LOOPBACK_ONLY')
  assert.equal(await codeOf({ headers: { 'x-forwarded-for': '127.0.0.1' } }), 'SRV_LOOPBACK_ONLY')
  assert.equal(await codeOf({ headers: { forwarded: 'for=127.0.0.1' } }), 'SRV_LOOPBACK_ONLY')
  assert.equal(await codeOf({ headers: { host: 'backup.example.org' } }), 'SRV_LOOPBACK_ONLY')
  assert.equal((await app.inject(`${base}/setup`)).json<{ needed: boolean }>().needed, true)
  const made = await app.inject(request)
  assert.equal(made.statusCode, 201)
  assert.equal(made.cookies.length, 1)
  assert.equal(await codeOf({}), 'SEC_SETUP_DONE')
  assert.equal((await app.inject(`${base}/setup`)).json<{ needed: boolean }>().needed, false)
})

test('every error is a problem that names what is wrong, and unexpected ones tell nothing of the inside', async (t) => {
  const { app, signIn } = await serve(t, {
    routes: (api) => {
      api.get('/broken', async () => {
        throw new Error('password of the database is hunter2')
      })
      api.get(
        '/things/:id',
        {
          schema: {
            params: Type.Object({ id: Id }),
            querystring: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })) }),
          },
        },
        async (request) => ({ limit: request.query.limit ?? null }),
      )
    },
  })
  const { headers } = await signIn()
  const ask = async (request: object) => {
    const answer = await app.inject({ headers, ...request })
    return {
      status: answer.statusCode,
      type: answer.headers['content-type'],
      problem: answer.json<Problem>(),
      text: answer.body,
    }
  }
  const operator = { method: 'POST', url: `${base}/setup/operator` }
  const cases: [object, number, string, RegExp][] = [
    [{ url: `${base}/nowhere` }, 404, 'SRV_NOT_FOUND', /\/api\/v1\/nowhere/],
    [
      { ...operator, payload: { token: 'x'.repeat(20), userName: 'ada' } },
      400,
      'SRV_INVALID_INPUT',
      /body\.password is missing/,
    ],
    [
      { ...operator, payload: { token: 'x'.repeat(20), userName: 'ada', password: 'short' } },
      400,
      'SRV_INVALID_INPUT',
      /body\.password/,
    ],
    [{ url: `${base}/things/1` }, 400, 'SRV_INVALID_INPUT', /params\.id/],
    [
      { url: `${base}/things/5b1f31a8-4f5b-4c6b-9b0a-0a6d5d8d7c11?limit=0` },
      400,
      'SRV_INVALID_INPUT',
      /query\.limit/,
    ],
    [
      { ...operator, payload: '{"a":', headers: { ...headers, 'content-type': 'application/json' } },
      400,
      'SRV_INVALID_JSON',
      /JSON/,
    ],
    [
      { ...operator, payload: 'a=1', headers: { ...headers, 'content-type': 'text/plain' } },
      415,
      'SRV_UNSUPPORTED_MEDIA',
      /type/,
    ],
    [{ ...operator, payload: { token: 'x'.repeat(2_000_000) } }, 413, 'SRV_TOO_LARGE', /too large/],
    [{ url: `${base}/broken` }, 500, 'SRV_INTERNAL', /inside the server/],
  ]
  for (const [request, status, code, title] of cases) {
    const answer = await ask(request)
    assert.deepEqual(
      [answer.status, answer.problem.code, answer.type],
      [status, code, 'application/problem+json'],
    )
    assert.match(answer.problem.title, title)
    assert.ok(answer.problem.requestId && answer.problem.detail)
    assert.ok(!answer.text.includes('hunter2') && !answer.text.includes('/src/'))
  }
  const page = await app.inject({
    headers,
    url: `${base}/things/5b1f31a8-4f5b-4c6b-9b0a-0a6d5d8d7c11?limit=7`,
  })
  assert.deepEqual(page.json(), { limit: 7 })
})

test('the API describes itself as OpenAPI 3.1 with an operation id for every route', async (t) => {
  const { app, signIn } = await serve(t)
  const { headers } = await signIn()
  const document = (await app.inject({ url: `${base}/openapi.json`, headers })).json<{
    openapi: string
    paths: Record<string, Record<string, { operationId?: string }>>
  }>()
  assert.equal(document.openapi, '3.1.0')
  assert.ok(document.paths['/api/v1/session'])
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations))
      assert.ok(operation.operationId, `${method} ${path}`)
  }
})

test('the console answers for its own addresses, keeps hashed files and sends people to localhost', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bdrcloud-console-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const { app } = await serve(t, { pages: (one) => registerConsole(one, { folder }) })
  const early = await app.inject('/')
  assert.equal(early.statusCode, 503)
  assert.match(early.body, /npm run build/)

  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<title>console</title>')
  writeFileSync(join(folder, 'assets', 'main-1a2b.js'), 'start()')
  for (const url of ['/', '/setup', '/organizations/5/runs', '/?code=1&state=2']) {
    const page = await app.inject(url)
    assert.equal(page.body, '<title>console</title>', url)
    assert.equal(page.headers['cache-control'], 'no-store')
    assert.match(String(page.headers['content-security-policy']), /default-src 'self';script-src 'self';/)
    assert.match(
      String(page.headers['content-security-policy']),
      /;require-trusted-types-for 'script';trusted-types 'none'$/,
    )
    assert.match(String(page.headers['permissions-policy']), /camera=\(\),.*usb=\(\)/)
    assert.equal(page.headers['cross-origin-opener-policy'], 'same-origin')
    assert.equal(page.headers['referrer-policy'], 'no-referrer')
    assert.equal(page.headers['x-content-type-options'], 'nosniff')
  }
  const asset = await app.inject('/assets/main-1a2b.js')
  assert.equal(asset.body, 'start()')
  assert.match(String(asset.headers['content-type']), /javascript/)
  assert.match(String(asset.headers['cache-control']), /immutable/)
  for (const url of ['/assets/gone.js', '/..%2f..%2fetc/passwd.txt']) {
    assert.equal((await app.inject(url)).statusCode, 404, url)
  }
  assert.equal((await app.inject('/%00.js')).statusCode, 400)
  const moved = await app.inject({ url: '/setup?x=1', headers: { host: '127.0.0.1:8080' } })
  assert.deepEqual([moved.statusCode, moved.headers['location']], [307, 'http://localhost:8080/setup?x=1'])
})

test('browsers are told to insist on https with a certificate that they trust, and never on localhost', async (t) => {
  const { certificatePem, privateKeyPem } = await makeCertificate({ subject: 'localhost', days: 1 })
  const pair = { certificate: certificatePem, key: privateKeyPem }
  const allowedHosts = ['backup.example.org']
  const hstsOf = async (options: TestServerOptions, host: string) =>
    (await (await serve(t, { allowedHosts, ...options })).app.inject({ url: '/', headers: { host } }))
      .headers['strict-transport-security']
  const trusted = { tls: { ...pair, selfSigned: false } }
  assert.equal(await hstsOf(trusted, 'backup.example.org'), 'max-age=31536000')
  assert.equal(await hstsOf(trusted, 'localhost:8080'), undefined)
  assert.equal(await hstsOf({ trustedProxy: ['127.0.0.1'] }, 'backup.example.org'), 'max-age=31536000')
  assert.equal(await hstsOf({ tls: { ...pair, selfSigned: true } }, 'backup.example.org'), undefined)
  assert.equal(await hstsOf({}, 'backup.example.org'), undefined)
})
