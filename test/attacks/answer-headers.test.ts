/** What goes with every answer, whatever was asked: no page can be framed, no type guessed, nothing kept, nothing told of the inside. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, ask, freshAddress, raw } from './http.ts'
import { emptyPathOf, startBareTarget } from './target.ts'

function check(what: string, { status, headers, text }: Answer): void {
  assert.equal(headers['x-content-type-options'], 'nosniff', `${what} ${status}: nosniff`)
  assert.match(
    String(headers['content-security-policy']),
    /frame-ancestors 'none'/,
    `${what} ${status}: framing`,
  )
  assert.match(
    String(headers['content-security-policy']),
    /default-src '(none|self)'/,
    `${what} ${status}: policy`,
  )
  assert.equal(headers['referrer-policy'], 'no-referrer', `${what} ${status}: referrer`)
  assert.equal(headers['cross-origin-resource-policy'], 'same-origin', `${what} ${status}: resource policy`)
  assert.equal(headers['server'] ?? headers['x-powered-by'], undefined, what)
  assert.equal(headers['access-control-allow-origin'], undefined, what)
  assert.match(String(headers['cache-control']), /no-store|immutable|no-cache/, `${what} ${status}: cache`)
  assert.doesNotMatch(text, /node_modules|\/src\/\w+\/|\bat \w+ \(|fastify|node\.js|postgres/i, what)
}

test('every answer carries the headers that protect it, errors of every kind included', async (t) => {
  const target = await startBareTarget(t)
  const { address, operations } = target
  const { cookie } = await target.signIn()
  let from = freshAddress()
  for (const [index, operation] of operations.entries()) {
    if (index % 10 === 0) from = freshAddress()
    const path = emptyPathOf(operation)
    check(`${operation.id} of nobody`, await ask(address, { method: operation.method, path }, from))
    if (operation.id === 'streamEvents') continue
    check(operation.id, await ask(address, { method: operation.method, path, headers: { cookie } }, from))
  }
  const { host } = new URL(address)
  const others: [string, Parameters<typeof ask>[1]][] = [
    ['the page', { path: '/' }],
    [
      'a page of the console',
      { path: '/organizations/1', headers: { host: `localhost:${new URL(address).port}` } },
    ],
    ['a redirect', { path: '/setup', headers: { host: host.replace('localhost', '127.0.0.1') } }],
    ['an unknown file', { path: '/assets/nothing.js' }],
    ['an unknown route', { path: '/api/v1/nothing' }],
    ['another name', { path: '/api/v1/health', headers: { host: 'evil.example' } }],
    ['another name, a page', { path: '/', headers: { host: 'evil.example' } }],
    ['an address that is none', { path: '/api/v1/%' }],
    ['a parameter that is none', { path: '/api/v1/runs/%ff', headers: { cookie } }],
    ['another method', { path: '/api/v1/health', method: 'PROPFIND' }],
    ['a traced request', { path: '/', method: 'TRACE' }],
    [
      'a question about rights',
      {
        path: '/api/v1/session',
        method: 'OPTIONS',
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      },
    ],
    [
      'a body that is none',
      { path: '/api/v1/session', method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' },
    ],
    ['a return of nobody', { path: '/?state=x&code=y' }],
    ['a return without a sign-in', { path: '/microsoft/return?admin_consent=True' }],
    ['a repository', { path: '/restic/5b1f31a8-4f5b-4c6b-9b0a-0a6d5d8d7c11/config' }],
    [
      'a body that is too large',
      {
        path: '/api/v1/session',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `"${'x'.repeat(2_000_000)}"`,
      },
    ],
  ]
  for (const [what, request] of others) check(what, await ask(address, request, freshAddress()))

  const answers = await Promise.all(
    [
      'nonsense\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: ${host}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      `GET / HTTP/1.1\r\nhost : x\r\n\r\n`,
    ].map((bytes) => raw(address, bytes)),
  )
  for (const text of answers) {
    assert.match(text, /^HTTP\/1\.1 4\d\d /)
    assert.doesNotMatch(text, /^(server|x-powered-by):|node|fastify/im)
  }
})

test('nobody is sent elsewhere', async (t) => {
  const { address } = await startBareTarget(t)
  const { port } = new URL(address)
  const host = `127.0.0.1:${port}`
  const paths = [
    '/setup',
    '//evil.example',
    '//evil.example/%2e%2e',
    '/\\evil.example',
    '/%5cevil.example',
    '/%0d%0aset-cookie:a=b',
    '/x?next=//evil.example&returnTo=javascript:alert(1)',
    'http://evil.example/',
    'javascript:alert(1)',
    '//evil.example@x/',
    '/;//evil.example',
  ]
  for (const path of paths) {
    for (const extra of [
      {},
      { 'x-forwarded-host': 'evil.example' },
      { 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' },
      { 'x-original-url': '//evil.example' },
    ]) {
      const { headers } = await ask(address, { path, headers: { host, ...extra } }, freshAddress())
      const { location } = headers
      if (location === undefined) continue
      const { hostname, protocol } = new URL(String(location), `http://${host}`)
      assert.deepEqual([hostname, protocol], ['localhost', 'http:'], `${path}: ${String(location)}`)
      assert.equal(headers['set-cookie'], undefined)
    }
  }
})

test('the files of the console are given and no others', async (t) => {
  const { address } = await startBareTarget(t)
  const paths = [
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/..%2f..%2f..%2f..%2fetc%2fpasswd',
    '/assets/../../../package.json',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
    '/assets/%252e%252e%252f%252e%252e%252fpackage.json',
    '/assets/..%5c..%5c..%5cpackage.json',
    '/assets/..%c0%af..%c0%afpackage.json',
    '/assets/....//....//package.json',
    '/assets/..%00/package.json',
    '/package.json%00.js',
    '//etc/passwd',
    '/.env',
    '/.git/config',
    '/.htaccess',
    '/console/dist/index.html',
    '/src/main.ts',
    '/assets/',
    '/assets',
    '/assets/.',
  ]
  for (const path of paths) {
    const { status, text, headers } = await ask(address, { path }, freshAddress())
    // An address of no file is a page of the console itself.
    const isPage = String(headers['content-type']).startsWith('text/html')
    assert.ok([400, 404].includes(status) || ([200, 503].includes(status) && isPage), `${path} ${status}`)
    assert.doesNotMatch(text, /"devDependencies"|root:x:|\[core\]|Index of/, path)
  }
})
