/** Requests that a page of another site makes a signed-in browser send: none of them changes anything. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Answer, ask, freshAddress } from './http.ts'
import { type BareTarget, emptyPathOf, isChange, type Operation, startBareTarget } from './target.ts'
import { fitting } from './values.ts'

let target: BareTarget
const ends: (() => unknown)[] = []
before(async () => {
  target = await startBareTarget({ after: (end) => void ends.push(end) })
})
after(async () => {
  for (const end of ends.toReversed()) await end()
})

test('no changing route answers a forged request', async () => {
  const { address, operations } = target
  const victim = await target.signIn()
  const attacker = await target.signIn()
  const changing = operations.filter(isChange)
  const guarded = changing.filter((one) => one.guarded)
  const open = changing.filter((one) => !one.guarded)
  assert.ok(guarded.length > 40 && open.length > 5, `${guarded.length} ${open.length}`)

  const origin = address
  const token = { 'x-csrf-token': victim.csrfToken }
  const json = { 'content-type': 'application/json' }
  const send = async (
    operation: Operation,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Answer> =>
    ask(
      address,
      {
        method: operation.method,
        path: emptyPathOf(operation),
        headers: { cookie: victim.cookie, ...headers },
        body: body ?? JSON.stringify(fitting(operation.body ?? {})),
      },
      freshAddress(),
    )
  const refused = async (operation: Operation, what: string, answer: Answer, ...codes: string[]) => {
    assert.ok(codes.includes(answer.code), `${operation.id} ${what}: ${answer.status} ${answer.code}`)
    assert.equal(answer.headers['access-control-allow-origin'], undefined)
  }
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${origin}.evil.example` },
    { origin: origin.replace('http:', 'https:').replace(/\d+$/, '1') },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin },
    { 'sec-fetch-site': 'unheard-of' },
  ]
  for (const operation of guarded) {
    await refused(operation, 'without a token', await send(operation, { ...json, origin }), 'SRV_CSRF')
    for (const wrong of [
      attacker.csrfToken,
      '',
      'x',
      victim.csrfToken.slice(0, -1),
      `${victim.csrfToken} `.repeat(2),
    ]) {
      const answer = await send(operation, { ...json, origin, 'x-csrf-token': wrong })
      await refused(operation, `token ${wrong}`, answer, 'SRV_CSRF')
    }
    for (const headers of foreign) {
      const answer = await send(operation, { ...json, ...token, ...headers })
      await refused(operation, JSON.stringify(headers), answer, 'SRV_CROSS_SITE')
    }
  }
  // Forms of other sites send these types, without being asked about.
  const formTypes = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; application/json',
    'application/jsonp',
  ]
  for (const operation of changing) {
    for (const type of formTypes) {
      const answer = await send(operation, { ...token, origin, 'content-type': type })
      await refused(operation, type, answer, 'SRV_UNSUPPORTED_MEDIA', 'SRV_NO_CUSTOMER', 'SRV_CSRF')
    }
    for (const headers of foreign) {
      if (!operation.guarded)
        await refused(
          operation,
          JSON.stringify(headers),
          await send(operation, { ...json, ...headers }),
          'SRV_CROSS_SITE',
        )
    }
  }
  // Nobody is signed in as the attacker by a page of another site.
  assert.ok(open.some(({ id }) => id === 'signIn'))
})

test('a method cannot be changed on the way, and reading changes nothing', async () => {
  const { cookie } = await target.signIn()
  const overrides = {
    'x-http-method-override': 'DELETE',
    'x-method-override': 'DELETE',
    'x-http-method': 'DELETE',
  }
  for (const path of ['/api/v1/session', '/api/v1/session?_method=DELETE']) {
    const answer = await ask(target.address, { path, headers: { cookie, ...overrides } })
    assert.equal(answer.status, 200)
  }
  assert.equal((await ask(target.address, { path: '/api/v1/session', headers: { cookie } })).status, 200)
  // Only what the description names: no method that a browser sends unasked stands for a change.
  for (const operation of target.operations.filter(isChange)) {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      if (target.operations.some((one) => one.path === operation.path && one.method === 'GET')) continue
      const path = emptyPathOf(operation)
      const { status } = await ask(target.address, { method, path, headers: { cookie } }, freshAddress())
      assert.ok([400, 403, 404, 405, 501].includes(status), `${method} ${path} ${status}`)
    }
  }
})
