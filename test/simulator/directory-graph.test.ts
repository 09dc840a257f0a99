import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Agent, request } from 'undici'
import {
  type Answer,
  delegatedToken,
  errorOf,
  graphScope,
  type Json,
  type Lab,
  list,
  openLab,
} from './tenant-client.ts'

let lab: Lab
let token: string

async function appToken(): Promise<string> {
  const app = lab.simulator.ready.app
  const { body } = await lab.token({
    grant_type: 'client_credentials',
    client_id: app?.clientId ?? '',
    client_secret: app?.clientSecret ?? '',
    scope: graphScope(lab),
  })
  return String(body['access_token'])
}
const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  lab.call('GET', path.startsWith('http') ? path : `${lab.graph}${path}`, { token, headers })
const batch = (requests: unknown[]): Promise<Answer> =>
  lab.call('POST', `${lab.graph}/$batch`, { token, body: { requests } })

before(async () => {
  lab = await openLab({ withApp: true, users: 30 })
  token = await appToken()
})
after(() => lab.stop())

describe('users', () => {
  test('exactly as many as asked for have a mailbox', () => {
    assert.equal(lab.simulator.tenant.users.filter((user) => user.hasMailbox).length, 30)
  })

  test('are paged by an opaque link that keeps the query, and counted on request', async () => {
    const names: unknown[] = []
    let next = '/users?$top=10&$select=userPrincipalName&$count=true'
    const first = await get(next, { consistencylevel: 'eventual' })
    assert.equal(first.body['@odata.count'], lab.simulator.tenant.users.length)
    while (next !== '') {
      const { body } = await get(next)
      for (const user of list(body['value'])) {
        assert.deepEqual(Object.keys(user), ['userPrincipalName'])
        names.push(user['userPrincipalName'])
      }
      next = typeof body['@odata.nextLink'] === 'string' ? body['@odata.nextLink'] : ''
    }
    assert.deepEqual(
      names,
      lab.simulator.tenant.users.map((user) => user.userPrincipalName),
    )
  })

  test('are found by filter, id and principal name; what does not exist or parse is refused', async () => {
    const quoted = await get(
      `/users?$filter=${encodeURIComponent("mail eq 'user@harbourlights.example' and displayName eq 'User' or id eq 'x and y'")}`,
    )
    const found = list(quoted.body['value'])
    assert.equal(found.length, 1)
    assert.equal((await get(`/users/${String(found[0]?.['id'])}`)).body['mail'], 'user@harbourlights.example')
    assert.equal((await get(`/users('${String(found[0]?.['id'])}')`)).status, 200)
    assert.equal(
      errorOf(await get('/users/nobody@harbourlights.example'))['code'],
      'Request_ResourceNotFound',
    )
    for (const query of ['$top=1000', '$top=x', "$filter=mail like 'x'", '$select=nonsense']) {
      assert.equal((await get(`/users?${query}`)).status, 400, query)
    }
    const unsupported = await get(`/users?$filter=${encodeURIComponent("jobTitle eq 'x'")}`)
    assert.equal(errorOf(unsupported)['code'], 'Request_UnsupportedQuery')
  })

  test('delta brings changes and removals since the link, and 410 with a fresh start when told', async () => {
    const round = async (start: string): Promise<{ items: Json[]; delta: string }> => {
      const items: Json[] = []
      for (let next = start; ; ) {
        const { body } = await get(next, { prefer: 'odata.maxpagesize=7' })
        items.push(...list(body['value']))
        if (typeof body['@odata.deltaLink'] === 'string') return { items, delta: body['@odata.deltaLink'] }
        next = String(body['@odata.nextLink'])
      }
    }
    const full = await round('/users/delta?$select=displayName,mail')
    assert.equal(full.items.length, lab.simulator.tenant.users.length)
    assert.deepEqual((await round(full.delta)).items, [])
    const gone = lab.simulator.tenant.users.at(-1)?.id
    const changed = lab.simulator.tenant.users.at(-2)?.id
    await lab.control('POST', '/users', { action: 'delete', id: gone })
    await lab.control('POST', '/users', {
      action: 'update',
      id: changed,
      changes: { displayName: 'New Name' },
    })
    const { items } = await round(full.delta)
    assert.deepEqual(
      items.map((item) => [item['id'], item['displayName'] ?? item['@removed']]),
      [
        [changed, 'New Name'],
        [gone, { reason: 'changed' }],
      ],
    )
    await lab.control('POST', '/users/expire-delta')
    const expired = await get(full.delta)
    assert.deepEqual([expired.status, errorOf(expired)['code']], [410, 'syncStateNotFound'])
    assert.match(String(expired.headers['location']), /\$deltatoken=$/)
  })
})

describe('authentication and permission', () => {
  test('missing, malformed, foreign and expired tokens get the 401 envelope', async () => {
    const message = async (value: string | undefined): Promise<unknown> => {
      const answer = await lab.call('GET', `${lab.graph}/users`, value === undefined ? {} : { token: value })
      assert.equal(answer.status, 401)
      assert.equal(errorOf(answer)['code'], 'InvalidAuthenticationToken')
      assert.match(String(answer.headers['www-authenticate']), /^Bearer realm=""/)
      return errorOf(answer)['message']
    }
    assert.equal(await message(undefined), 'Access token is empty.')
    assert.match(String(await message('nonsense')), /JWT is not well formed/)
    const [head, , signature] = token.split('.')
    const forged = Buffer.from(JSON.stringify({ aud: 'x', exp: 9e9 })).toString('base64url')
    assert.match(String(await message(`${head}.${forged}.${signature}`)), /Invalid signature/)
    await lab.control('POST', '/clock', { advanceSeconds: 3700 })
    assert.equal(await message(token), 'Lifetime validation failed, the token is expired.')
    token = await appToken()
  })

  test('a token for another resource is refused', async () => {
    const app = lab.simulator.ready.app
    const { body } = await lab.token({
      grant_type: 'client_credentials',
      client_id: app?.clientId ?? '',
      client_secret: app?.clientSecret ?? '',
      scope: 'https://outlook.office365.com/.default',
    })
    const answer = await lab.call('GET', `${lab.graph}/users`, { token: String(body['access_token']) })
    assert.deepEqual(
      [answer.status, errorOf(answer)['message']],
      [401, 'Access token validation failure. Invalid audience.'],
    )
  })

  test("a backup application cannot manage applications, and a person's token opens no mailbox", async () => {
    const created = await lab.call('POST', `${lab.graph}/applications`, { token, body: { displayName: 'x' } })
    assert.deepEqual([created.status, errorOf(created)['code']], [403, 'Authorization_RequestDenied'])
    const admin = await delegatedToken(lab, 'admin')
    const mail = await lab.call('GET', `${lab.graph}/users/user@harbourlights.example/messages`, {
      token: admin,
    })
    assert.deepEqual([mail.status, errorOf(mail)['code']], [403, 'ErrorAccessDenied'])
  })

  test('every answer carries ids, the sent client-request-id comes back, unknown segments are 400', async () => {
    const answer = await get('/nonsense', { 'client-request-id': 'my-id' })
    assert.equal(answer.status, 400)
    assert.equal(errorOf(answer)['message'], "Resource not found for the segment 'nonsense'.")
    assert.equal(answer.headers['client-request-id'], 'my-id')
    assert.equal((await lab.call('PUT', `${lab.graph}/users/x`, { token, body: {} })).status, 405)
    const inner = errorOf(answer)['innerError'] as Json
    assert.equal(inner['request-id'], answer.headers['request-id'])
  })
})

describe('batch', () => {
  test('runs items on their own, honours dependsOn and refuses more than 20 or repeated ids', async () => {
    const { body } = await batch([
      { id: '1', method: 'GET', url: '/users?$top=1&$select=id' },
      { id: '2', method: 'GET', url: '/users/nobody', dependsOn: ['1'] },
      { id: '3', method: 'GET', url: '/domains', dependsOn: ['2'] },
    ])
    assert.deepEqual(
      list(body['responses']).map((one) => [one['id'], one['status']]),
      [
        ['1', 200],
        ['2', 404],
        ['3', 424],
      ],
    )
    const many = Array.from({ length: 21 }, (_, index) => ({
      id: String(index),
      method: 'GET',
      url: '/domains',
    }))
    assert.equal((await batch(many)).status, 400)
    assert.equal((await batch([many[0], many[0]])).status, 400)
    assert.equal((await batch([{ id: '1', method: 'POST', url: '/users', body: {} }])).status, 400)
  })
})

describe('levers', () => {
  test('the request log counts by method and route, batch items included, and starts again', async () => {
    await lab.control('DELETE', '/requests')
    await get('/users/admin@harbourlights.example')
    await batch([{ id: '1', method: 'GET', url: '/users/user@harbourlights.example' }])
    const log = await lab.control('GET', '/requests')
    assert.deepEqual(log['counts'], { 'GET /v1.0/users/:id': 2, 'POST /v1.0/$batch': 1 })
    const entries = list(log['requests'])
    assert.deepEqual(
      entries.map((one) => [one['batched'], one['status'], one['appId']]),
      [false, false, true].map((batched) => [batched, 200, lab.simulator.ready.app?.clientId]),
    )
  })

  test('faults answer, cut or delay the requests they match, in batches too, and then let go', async () => {
    await lab.control('POST', '/faults', [
      {
        match: { method: 'GET', path: '/users/admin' },
        times: 1,
        respond: {
          status: 429,
          headers: { 'Retry-After': '7' },
          body: { error: { code: 'TooManyRequests' } },
        },
      },
      { match: { path: '/organization' }, nth: 2, reset: true },
      { match: { path: '/domains' }, times: 1, respond: { status: 503 } },
      { match: { path: '/users/user@' }, reset: true },
      { match: { server: 'login', path: '/token' }, times: 1, respond: { status: 504 } },
    ])
    const throttled = await get('/users/admin@harbourlights.example')
    assert.deepEqual(
      [throttled.status, throttled.headers['retry-after'], errorOf(throttled)['code']],
      [429, '7', 'TooManyRequests'],
    )
    assert.equal((await get('/users/admin@harbourlights.example')).status, 200)
    assert.equal((await get('/organization')).status, 200)
    await lab.control('DELETE', '/requests')
    await assert.rejects(get('/organization'))
    assert.equal((await lab.control('GET', '/requests'))['total'], 1)
    assert.equal((await get('/organization')).status, 200)
    const { body } = await batch([
      { id: '1', method: 'GET', url: '/domains' },
      { id: '2', method: 'GET', url: '/users/user@harbourlights.example' },
    ])
    assert.deepEqual(
      list(body['responses']).map((one) => one['status']),
      [503, 503],
    )
    assert.equal(await appToken(), 'undefined')
    assert.notEqual(await appToken(), 'undefined')
    await lab.control('DELETE', '/faults')
    assert.equal((await lab.control('POST', '/faults', [{ match: {} }]))['statusCode'], 400)
  })
})

const main = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url))
type Ready = { ready: boolean; clouds: { global: { login: string; ca: string } }; app?: Json }

/** Starts the command line on free ports; rejects when it ends before it is ready. */
async function startProgram(
  flags: string,
): Promise<{ ready: Ready; stop: (signal: 'SIGTERM' | 'SIGINT') => Promise<unknown> }> {
  const all = [main, '--port', '0', '--users', '2', '--mails', '0', ...flags.split(' ')]
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    exited.then((code) => Promise.reject(new Error(`the simulator ended with ${String(code)}`))),
  ])
  return {
    ready: JSON.parse(line) as Ready,
    async stop(signal) {
      child.kill(signal)
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      const code = await exited
      clearTimeout(timer)
      return code
    },
  }
}

describe('the program', () => {
  test('prints one ready line naming the file of its authority, and stops on SIGTERM without leaving it behind', async () => {
    const { ready, stop } = await startProgram('--with-app')
    const { ca } = ready.clouds.global
    const authority = readFileSync(ca, 'utf8')
    assert.equal(await stop('SIGTERM'), 0)
    assert.equal(ready.ready, true)
    assert.deepEqual(Object.keys(ready.app ?? {}), ['clientId', 'clientSecret', 'tenantId'])
    assert.match(authority, /BEGIN CERTIFICATE/)
    assert.equal(existsSync(ca), false)
  })

  test('takes faults from a file and keeps its authority where told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-flags-'))
    const faults = join(folder, 'faults.json')
    const rules = [{ match: { path: 'openid-configuration' }, respond: { status: 418 } }]
    writeFileSync(faults, JSON.stringify(rules))
    const { ready, stop } = await startProgram(`--faults ${faults} --ca-directory ${folder}`)
    const { ca, login } = ready.clouds.global
    const agent = new Agent({ connect: { ca: readFileSync(ca, 'utf8') } })
    const url = `${login}/organizations/v2.0/.well-known/openid-configuration`
    const { statusCode } = await request(url, { dispatcher: agent })
    await agent.destroy()
    assert.equal(await stop('SIGINT'), 0)
    assert.deepEqual([statusCode, ca, existsSync(ca)], [418, join(folder, 'ca.pem'), true])
    rmSync(folder, { recursive: true, force: true })
  })

  test('refuses flags it does not know or cannot read', async () => {
    for (const flags of [['--nonsense'], ['--lag', '61'], ['--users', 'many']]) {
      const child = spawn(process.execPath, [main, ...flags], { stdio: 'ignore' })
      assert.equal(await new Promise((resolve) => child.on('exit', resolve)), 2)
    }
  })
})
