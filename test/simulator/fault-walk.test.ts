import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { request } from 'undici'
import { faultKinds } from '../../simulator/observation/index.ts'
import { delegatedToken, graphScope, type Json, type Lab, list, openLab } from './tenant-client.ts'

let lab: Lab
let admin: string
before(async () => {
  lab = await openLab({ withApp: true })
  admin = await delegatedToken(lab, 'admin')
})
// The client's own end would wait for the requests that nobody answers.
after(async () => {
  await lab.simulator.stop()
  await lab.stop()
})

const token = () =>
  lab.token({
    grant_type: 'client_credentials',
    client_id: lab.simulator.ready.app?.clientId ?? '',
    client_secret: lab.simulator.ready.app?.clientSecret ?? '',
    scope: graphScope(lab),
  })
const create = () =>
  lab.call('POST', `${lab.graph}/servicePrincipals`, { token: admin, body: { appId: lab.tenantId } })
const read = () => lab.call('GET', `${lab.graph}/organization`, { token: admin })
const patch = () => lab.call('PATCH', `${lab.graph}/applications/${lab.tenantId}`, { token: admin, body: {} })

/** What a client saw of four requests to both services. It waits for each, but for the one that nobody is to answer. */
async function walk(unanswered?: number): Promise<unknown[]> {
  const seen: unknown[] = []
  for (const [index, step] of [token, read, create, patch].entries()) {
    const outcome = step().then(
      ({ status, body }) => [status, body['error_codes'] ?? (body['error'] as Json | undefined)?.['code']],
      () => 'cut',
    )
    const waits = new Promise((resolve) => setTimeout(resolve, 500, 'waits'))
    seen.push(await (index + 1 === unanswered ? Promise.race([outcome, waits]) : outcome))
  }
  return seen
}

test('each request of a run, whichever service it goes to, can be met by each trouble once', {
  timeout: 180_000,
}, async () => {
  const expected: Record<(typeof faultKinds)[number], unknown[]> = {
    throttled: [
      [429, [90055]],
      [429, 'TooManyRequests'],
      [429, 'TooManyRequests'],
      [429, 'TooManyRequests'],
    ],
    'server-error': [
      [500, [90033]],
      [500, 'InternalServerError'],
      [500, 'InternalServerError'],
      [500, 'InternalServerError'],
    ],
    unavailable: [
      [503, undefined],
      [503, undefined],
      [503, undefined],
      [503, undefined],
    ],
    reset: ['cut', 'cut', 'cut', 'cut'],
    timeout: ['waits', 'waits', 'waits', 'waits'],
    replication: [
      [400, [700016]],
      [404, 'Request_ResourceNotFound'],
      [400, 'Request_BadRequest'],
      [404, 'Request_ResourceNotFound'],
    ],
  }
  await lab.control('DELETE', '/faults')
  const undisturbed = await walk()
  for (const fault of faultKinds) {
    for (let nth = 1; nth <= 4; nth += 1) {
      await lab.control('POST', '/faults', [{ match: {}, nth, fault }])
      const seen = await (fault === 'timeout' ? walk(nth) : walk())
      const wanted = undisturbed.map((one, index) => (index === nth - 1 ? expected[fault][index] : one))
      assert.deepEqual(seen, wanted, `${fault} at ${nth}`)
      const [rule] = list((await lab.control('GET', '/faults'))['faults'])
      assert.deepEqual([rule?.['matched'], rule?.['applied']], [4, 1])
    }
  }
  await lab.control('POST', '/faults', [{ match: {}, nth: 5, fault: 'reset' }])
  assert.deepEqual(await walk(), undisturbed)
  assert.equal(list((await lab.control('GET', '/faults'))['faults'])[0]?.['applied'], 0)
})

test('method, path and service choose the request, and Retry-After comes with a refusal', async () => {
  await lab.control('POST', '/faults', [
    { match: { server: 'graph', method: 'GET', path: '/organization$' }, nth: 2, fault: 'throttled' },
  ])
  assert.equal((await read()).status, 200)
  const second = await read()
  assert.deepEqual([second.status, second.headers['retry-after']], [429, '2'])
  assert.equal((await read()).status, 200)
  const wrong = await request(`${lab.simulator.ready.control}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ match: {}, fault: 'earthquake' }]),
  })
  assert.equal(wrong.statusCode, 400)
  assert.match(await wrong.body.text(), /throttled/)
  await lab.control('DELETE', '/faults')
})

test('the simulator stops although a client still waits', { timeout: 30_000 }, async () => {
  const other = await openLab()
  await other.control('POST', '/faults', [{ match: {}, fault: 'timeout' }])
  const waiting = other.call('GET', `${other.graph}/organization`).catch(() => 'cut')
  await new Promise((resolve) => setTimeout(resolve, 200))
  await other.simulator.stop()
  assert.equal(await waiting, 'cut')
  await other.stop()
})
