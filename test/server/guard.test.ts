import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { AccessToken, Problem } from '../../src/contract/index.ts'
import { registerConsole } from '../../src/server/console/console-pages.ts'
import { movableClock } from '../security/clock.ts'
import { createTestServer, type TestServerOptions, testOperator } from '../server.ts'
import { openRoutes } from './open-routes.ts'

const base = '/api/v1'

async function serve(t: TestContext, options?: TestServerOptions) {
  const server = await createTestServer(options)
  t.after(server.stop)
  return server
}

test('nothing but sign-in, setup and health answers without a session', async (t) => {
  const { app } = await serve(t, {
    pages: (app) => registerConsole(app, { folder: '/nowhere' }),
    routes: (api) => {
      api.get('/organizations/:id', async () => 'secret')
      api.put('/organizations/:id', async () => 'secret')
    },
  })
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
  const seen = Object.keys(app.swagger().paths ?? {}).flatMap((url) =>
    methods.map((method) => ({ method, url })),
  )
  const checked = new Set<string>()
  for (const { method, url } of seen) {
    const name = `${method} ${url}`
    if (openRoutes.has(name.replace(/^HEAD/, 'GET'))) continue
    checked.add(name)
    for (const headers of [{}, { cookie: 'bdrcloud_session=guess' }, { authorization: 'Bearer guess' }]) {
      const answer = await app.inject({
        method,
        url: url.replaceAll(/[:{]\w+}?/g, 'x'),
        headers,
      })
      assert.equal(answer.statusCode, 401, name)
    }
  }
  assert.ok(checked.size >= 15, [...checked].join('\n'))
  assert.ok(checked.has('GET /api/v1/organizations/{id}') && checked.has('GET /api/v1/events'))
  assert.equal((await app.inject(`${base}/health`)).statusCode, 200)
})

test('no other spelling of an address gets past the guard', async (t) => {
  const { app } = await serve(t, {
    pages: (app) => registerConsole(app, { folder: '/nowhere' }),
    routes: (api) => {
      api.get('/organizations', async () => 'secret')
      api.post('/organizations', async () => 'secret')
    },
  })
  const spellings = [
    '/%61pi/v1/organizations',
    '/ap%69/v1/organizations',
    '/api/%761/organizations',
    '/%61%70%69/%76%31/organizations',
    'http://somewhere.example/api/v1/organizations',
    '/api/v1/organizations?next=/',
  ]
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  for (const path of spellings) {
    for (const method of ['GET', 'POST']) {
      const answer = await raw(address, `${method} ${path} HTTP/1.1`)
      assert.match(answer, /^HTTP\/1\.1 401 /, `${method} ${path}`)
      assert.doesNotMatch(answer, /secret/)
      assert.match(answer, /content-security-policy: default-src 'none'/i)
    }
  }
})

/** What the server answers to a request line as it stands: clients would tidy the address first. */
async function raw(address: string, line: string): Promise<string> {
  const { host, hostname, port } = new URL(address)
  const socket = connect(Number(port), hostname)
  socket.end(`${line}\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  return (await socket.setEncoding('utf8').toArray()).join('')
}

test('a browser signs in, reads, must send its token with writes, and signs out', async (t) => {
  const { app, signIn } = await serve(t)
  const { headers, session } = await signIn()
  const { cookie = '' } = headers
  const status = await app.inject({ url: `${base}/status`, headers: { cookie } })
  assert.equal(status.statusCode, 200)
  assert.equal(status.headers['cache-control'], 'no-store')

  const confirm = { method: 'POST', url: `${base}/recovery-kit/confirm` } as const
  const refused = async (extra: Record<string, string>, code: string) => {
    const answer = await app.inject({ ...confirm, headers: { cookie, ...extra } })
    assert.equal(answer.json<Problem>().code, code, JSON.stringify(extra))
    assert.equal(answer.headers['content-type'], 'application/problem+json')
  }
  const token = { 'x-csrf-token': session.csrfToken }
  await refused({}, 'SRV_CSRF')
  await refused({ 'x-csrf-token': 'wrong' }, 'SRV_CSRF')
  await refused({ ...token, 'sec-fetch-site': 'cross-site' }, 'SRV_CROSS_SITE')
  await refused({ ...token, 'sec-fetch-site': 'same-site' }, 'SRV_CROSS_SITE')
  await refused({ ...token, origin: 'https://evil.example' }, 'SRV_CROSS_SITE')
  await refused({ ...token, origin: 'null' }, 'SRV_CROSS_SITE')
  const other = await signIn()
  await refused({ 'x-csrf-token': other.session.csrfToken }, 'SRV_CSRF')
  assert.equal(
    (
      await app.inject({
        ...confirm,
        headers: {
          cookie,
          ...token,
          host: 'localhost:8080',
          origin: 'http://localhost:8080',
          'sec-fetch-site': 'same-origin',
        },
      })
    ).statusCode,
    204,
  )

  assert.equal((await app.inject({ method: 'DELETE', url: `${base}/session`, headers })).statusCode, 204)
  assert.equal((await app.inject({ url: `${base}/session`, headers })).statusCode, 401)
})

test('the cookie is HttpOnly, SameSite=Lax and for the whole site, and Secure behind a proxy', async (t) => {
  const plain = await serve(t)
  const proxied = await serve(t, { trustedProxy: ['127.0.0.1'] })
  for (const [server, secure] of [
    [plain, undefined],
    [proxied, true],
  ] as const) {
    await server.signIn()
    const answer = await server.app.inject({ method: 'POST', url: `${base}/session`, payload: testOperator })
    const [cookie] = answer.cookies
    assert.equal(cookie?.httpOnly, true)
    assert.equal(cookie?.sameSite, 'Lax')
    assert.equal(cookie?.path, '/')
    assert.equal(cookie?.secure, secure)
  }
})

test('signing in again ends the session that the browser had', async (t) => {
  const { app, signIn } = await serve(t)
  const { headers } = await signIn()
  const again = await app.inject({
    method: 'POST',
    url: `${base}/session`,
    payload: testOperator,
    headers: { cookie: headers['cookie'] ?? '' },
  })
  assert.equal(again.statusCode, 201)
  assert.equal((await app.inject({ url: `${base}/session`, headers })).statusCode, 401)
})

test('a command line uses a bearer token that needs no other, ends after 12 hours, and is no cookie', async (t) => {
  const clock = movableClock()
  const { app, signIn } = await serve(t, { clock })
  await signIn()
  const answer = await app.inject({ method: 'POST', url: `${base}/session/token`, payload: testOperator })
  const { token } = answer.json<AccessToken>()
  const headers = { authorization: `Bearer ${token}` }
  const confirm = { method: 'POST', url: `${base}/recovery-kit/confirm` } as const
  assert.equal((await app.inject({ ...confirm, headers })).statusCode, 204)
  assert.equal(
    (await app.inject({ ...confirm, headers: { cookie: `bdrcloud_session=${token}` } })).statusCode,
    401,
  )
  clock.move(12 * 3_600_000)
  assert.equal((await app.inject({ ...confirm, headers })).statusCode, 401)
})

test('wrong passwords and unknown names get the same answer', async (t) => {
  const { app, signIn } = await serve(t)
  await signIn()
  const answers = await Promise.all(
    ['ada', 'nobody'].map(async (userName) => {
      const payload = { userName, password: 'wrong password' }
      const answer = await app.inject({ method: 'POST', url: `${base}/session`, payload })
      const { requestId: _, ...problem } = answer.json<Problem>()
      return { status: answer.statusCode, problem }
    }),
  )
  assert.equal(answers[0]?.status, 401)
  assert.deepEqual(answers[0], answers[1])
})

test('sign-in is limited per address, and everything is', async (t) => {
  const { app } = await serve(t, { requestsPerMinute: 30 })
  const statuses: number[] = []
  for (let index = 0; index < 22; index += 1) {
    const payload = { userName: `user${index}`, password: '' }
    statuses.push((await app.inject({ method: 'POST', url: `${base}/session`, payload })).statusCode)
  }
  assert.deepEqual(statuses, [...Array(20).fill(400), 429, 429])
  const others: number[] = []
  for (let index = 0; index < 32; index += 1) others.push((await app.inject(`${base}/health`)).statusCode)
  assert.equal(others.filter((status) => status === 429).length, 2)
  const last = await app.inject(`${base}/health`)
  assert.equal(last.json<Problem>().code, 'SRV_RATE_LIMITED')
  assert.ok(Number(last.headers['retry-after']) > 0)
})
