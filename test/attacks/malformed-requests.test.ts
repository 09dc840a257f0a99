/** Requests that are no requests: broken, endless, smuggled, packed. Each is refused, and the server goes on answering others. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createTestServer } from '../server.ts'
import { ask, freshAddress, raw } from './http.ts'
import { type BareTarget, type Browser, startBareTarget } from './target.ts'

let target: BareTarget
let browser: Browser
let host: string
const ends: (() => unknown)[] = []

before(async () => {
  target = await startBareTarget({ after: (end) => void ends.push(end) })
  browser = await target.signIn()
  host = new URL(target.address).host
})
after(async () => {
  for (const end of ends.toReversed()) await end()
})

async function answersStill(): Promise<void> {
  assert.equal((await ask(target.address, { path: '/api/v1/health' }, freshAddress())).status, 200)
}

const change = (body: string | Buffer, headers: Record<string, string> = {}) =>
  ask(
    target.address,
    {
      method: 'POST',
      path: '/api/v1/operators',
      headers: {
        cookie: browser.cookie,
        'x-csrf-token': browser.csrfToken,
        'content-type': 'application/json',
        ...headers,
      },
      body,
    },
    freshAddress(),
  )

test('bodies that are no JSON, or JSON made to harm, are refused by a code of the catalogue', async () => {
  const deep = 250_000
  const invited = { userName: 'mallory', role: 'owner', reach: null }
  const bodies: Readonly<Record<string, string | Buffer>> = {
    'lists within lists': '['.repeat(deep) + ']'.repeat(deep),
    'objects within objects': '{"a":'.repeat(deep / 5) + '1' + '}'.repeat(deep / 5),
    'a list without end': '['.repeat(deep),
    'a deep role': `{"userName":"mallory","role":${'['.repeat(deep) + ']'.repeat(deep)}}`,
    'a prototype': '{"__proto__":{"role":"owner"},"userName":"mallory"}',
    'a prototype by another spelling': '{"\\u005f_proto__":{"role":"owner"},"userName":"mallory"}',
    'a constructor': '{"constructor":{"prototype":{"role":"owner"}},"userName":"mallory"}',
    'a prototype within': '{"userName":"mallory","role":"owner","reach":[{"__proto__":{}}]}',
    'half a character': `{"userName":"mal\\ud800lory","role":"owner","reach":null}`,
    'a zero character': JSON.stringify({ ...invited, displayName: 'a\0b' }),
    'bytes that are no UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    'a huge number': '{"userName":1e999999,"role":"owner"}',
    'too many digits': `{"userName":${'9'.repeat(500_000)},"role":"owner"}`,
    'two values': `${JSON.stringify(invited)}${JSON.stringify(invited)}`,
    'a comment': `/* */${JSON.stringify(invited)}`,
    'single quotes': "{'userName':'mallory'}",
    'not a number': '{"userName":NaN}',
    'a hundred thousand names': `{${Array.from({ length: 100_000 }, (_, index) => `"k${index}":1`).join(',')}}`,
    'more than is taken': JSON.stringify({ ...invited, displayName: 'x'.repeat(1_100_000) }),
    'nothing but space': ' '.repeat(1_000_000),
  }
  for (const [what, body] of Object.entries(bodies)) {
    const { status, code, text } = await change(body)
    assert.ok(
      [400, 413].includes(status) && code.startsWith('SRV_'),
      `${what}: ${status} ${text.slice(0, 200)}`,
    )
  }
  const listed = await ask(target.address, {
    path: '/api/v1/operators?search=mallory',
    headers: { cookie: browser.cookie },
  })
  assert.deepEqual((JSON.parse(listed.text) as { items: unknown[] }).items, [])
  // The last of two equal names counts, as the description of JSON lets it; what was checked is what is used.
  const twice = await change('{"userName":"mallory","role":"owner","role":"auditor","reach":null}')
  assert.equal((JSON.parse(twice.text) as { operator: { role: string } }).operator.role, 'auditor')
  await answersStill()
})

test('packed bodies are not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000))
  for (const encoding of ['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip']) {
    const { status, code } = await change(bomb, { 'content-encoding': encoding })
    assert.ok(status === 400 || status === 415, `${encoding} ${status} ${code}`)
  }
})

test('a body that is announced too large is refused before it is sent', async () => {
  for (const length of ['1048577', '99999999999']) {
    const answer = await raw(
      target.address,
      `POST /api/v1/session HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n{`,
      20_000,
    )
    assert.match(answer, /^HTTP\/1\.1 413 /)
  }
})

test('of strangers no more than a small body is taken, by no route', async () => {
  const open = target.operations.filter(({ guarded, body }) => !guarded && body !== null)
  assert.ok(open.length >= 10, `${open.length} routes`)
  const body = JSON.stringify({ token: 'x'.repeat(66_000) })
  const headers = { 'content-type': 'application/json' }
  for (const { id, method, path } of open) {
    const { status, code } = await ask(target.address, { method, path, headers, body }, freshAddress())
    // A customer's page is asked for its session before its body is read.
    if (id.endsWith('AsCustomer')) assert.equal(status, 401, id)
    else assert.deepEqual([status, code], [413, 'SRV_TOO_LARGE'], id)
  }
  const announced = `POST /api/v1/operators HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n{`
  assert.match(await raw(target.address, announced, 20_000), /^HTTP\/1\.1 401 /)
})

test('no request hides within another', async () => {
  const cookie = `Cookie: ${browser.cookie}`
  const hidden = `GET /api/v1/session HTTP/1.1\r\nHost: ${host}\r\n${cookie}\r\n\r\n`
  const start = `POST /api/v1/session HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n`
  const smuggled = [
    `${start}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    `${start}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${hidden}`,
    `${start}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`,
    `${start}Content-Length: 0\r\nContent-Length: 5\r\n\r\n${hidden}`,
    `${start}Content-Length: +0\r\n\r\n${hidden}`,
    `${start}Content-Length : 0\r\n\r\n${hidden}`,
    `${start}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n${hidden}`,
    `${start}Transfer-Encoding: chunked\r\n\r\n-1\r\n${hidden}`,
    `${start}X: a\rContent-Length: 0\r\n\r\n${hidden}`,
    `GET /api/v1/health HTTP/1.1\nHost: ${host}\n\n${hidden}`,
  ]
  const answers = await Promise.all(smuggled.map((bytes) => raw(target.address, bytes, 20_000)))
  for (const [index, answer] of answers.entries()) {
    assert.doesNotMatch(answer, /csrfToken/, `${smuggled[index]}`)
    assert.match(answer, /^HTTP\/1\.1 400 /, `${smuggled[index]}: ${answer.slice(0, 100)}`)
  }
})

test('of requests in one row each is asked for its own session', async () => {
  const withCookie = `GET /api/v1/session HTTP/1.1\r\nHost: ${host}\r\nCookie: ${browser.cookie}\r\n\r\n`
  const without = `GET /api/v1/session HTTP/1.1\r\nHost: ${host}\r\n\r\n`
  const last = without.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')
  const answer = await raw(target.address, (withCookie + without).repeat(10) + last)
  const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status)
  assert.deepEqual(statuses, [...Array(10).fill(['200', '401']).flat(), '401'])
})

test('requests without an end, with too many headers or for another protocol', async () => {
  const many = Array.from({ length: 3000 }, (_, index) => `x-${index}: y`).join('\r\n')
  const line = (text: string) =>
    raw(target.address, `${text}\r\nHost: ${host}\r\nConnection: close\r\n\r\n`, 20_000)
  assert.match(
    await raw(target.address, `GET / HTTP/1.1\r\nHost: ${host}\r\n${many}\r\n\r\n`),
    /^HTTP\/1\.1 431 /,
  )
  assert.match(await line(`GET /${'a'.repeat(20_000)} HTTP/1.1`), /^HTTP\/1\.1 4(14|31) /)
  for (const bad of [
    'GET / HTTP/9.9',
    'PRI * HTTP/2.0',
    'CONNECT evil.example:443 HTTP/1.1',
    'GET \0 HTTP/1.1',
  ]) {
    assert.doesNotMatch(await line(bad), /^HTTP\/1\.1 (2|5)\d\d /, bad)
  }
  const upgrade = `GET /api/v1/events HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`
  assert.doesNotMatch(await raw(target.address, upgrade, 3000), /^HTTP\/1\.1 101/)
  await answersStill()
})

test('connections that send slowly or nothing hold up nobody, and have an end', async (t) => {
  const port = Number(new URL(target.address).port)
  const sockets = Array.from({ length: 300 }, (_, index) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    if (index % 3 === 1) socket.write('GET / HTTP/1.1\r\nX: ')
    if (index % 3 === 2)
      socket.write(
        `POST /api/v1/session HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
      )
    return socket
  })
  t.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  await answersStill()
  assert.ok((await target.signIn()).csrfToken)
  // How long they may take, without waiting for it.
  const { app, stop } = await createTestServer()
  t.after(stop)
  assert.ok(app.server.headersTimeout > 0 && app.server.headersTimeout <= 60_000)
  assert.ok(app.server.requestTimeout > 0 && app.server.requestTimeout <= 120_000)
  assert.ok(app.server.keepAliveTimeout > 0 && app.server.keepAliveTimeout <= 120_000)
})
