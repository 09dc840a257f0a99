import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TSchema } from 'typebox'
import type { AccessToken } from '../../src/contract/index.ts'
import { compileSerializer, compileValidator } from '../../src/server/schema-compilers.ts'
import { createTestDatabase } from '../database.ts'
import { openRoutes } from '../server/open-routes.ts'
import { post, runServer, startProcess, temporaryFolder, tokenOf } from './server-process.ts'

const operator = { userName: 'ada', password: 'correct horse battery' }

function postgresPid(data: string): number {
  return Number.parseInt(readFileSync(join(data, 'postgresql', 'data-18', 'postmaster.pid'), 'utf8'), 10)
}

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: TSchema }>> }
  readonly responses?: Readonly<Record<string, { readonly content?: Record<string, { schema: TSchema }> }>>
}

/** The server compiles a shape when it is first needed: here all of them, so that none fails in front of an operator. Answers how many. */
function compileShapes(paths: Record<string, Record<string, Operation>>): number {
  let compiled = 0
  for (const [url, operations] of Object.entries(paths)) {
    for (const [method, { requestBody, responses = {} }] of Object.entries(operations)) {
      const body = requestBody?.content['application/json']
      if (body) compileValidator({ method, url, httpPart: 'body', schema: body.schema })({})
      for (const [httpStatus, { content = {} }] of Object.entries(responses)) {
        const answer = content['application/json']
        if (!answer) continue
        // What a shape lacks is told when a value is written: that is no fault of the shape.
        try {
          compileSerializer({ method, url, httpStatus, schema: answer.schema })({})
        } catch (error) {
          assert.match(String(error), /is required!|does not match schema definition/, `${method} ${url}`)
        }
        compiled += 1
      }
    }
  }
  return compiled
}

/** Every route of the whole server, as its own description lists them. */
async function walkWithoutSession(address: string, headers: Record<string, string>): Promise<void> {
  const answer = await fetch(`${address}/api/v1/openapi.json`, { headers })
  const { paths } = (await answer.json()) as { paths: Record<string, Record<string, Operation>> }
  let closed = 0
  assert.ok(compileShapes(paths) > 100, 'shapes of what is sent and answered')
  for (const [path, operations] of Object.entries(paths)) {
    for (const method of Object.keys(operations).map((name) => name.toUpperCase())) {
      if (openRoutes.has(`${method} ${path}`)) continue
      const url = address + path.replaceAll(/\{\w+\}/g, '5b1f31a8-4f5b-4c6b-9b0a-0a6d5d8d7c11')
      const { status } = await fetch(url, { method, signal: AbortSignal.timeout(10_000) })
      assert.equal(status, 401, `${method} ${path}`)
      closed += 1
    }
  }
  assert.ok(closed > 30, `${closed} routes`)
}

test('a killed server starts again with its data, and stops PostgreSQL when it is stopped', async (t) => {
  const data = join(temporaryFolder(t), 'data')
  const first = await startProcess(t, data)
  assert.equal(
    (await post(first.address, '/setup/operator', { ...operator, token: tokenOf(first.setupLink) })).status,
    201,
  )
  const orphan = postgresPid(data)
  await first.end('SIGKILL')
  assert.doesNotThrow(() => process.kill(orphan, 0), 'PostgreSQL outlives the kill')

  const second = await startProcess(t, data)
  assert.equal(second.setupLink, null)
  assert.notEqual(postgresPid(data), orphan)
  assert.equal((await post(second.address, '/session', operator)).status, 201)
  assert.equal(second.stdout().split('\n').length, 2, 'stdout has one line')
  assert.equal(await second.end('SIGTERM'), 0)
  assert.equal(existsSync(join(data, 'postgresql', 'data-18', 'postmaster.pid')), false)
  assert.equal(existsSync(join(data, 'server.lock')), false)
})

test("a PostgreSQL of one's own is used when a URL names it, and none is started", async (t) => {
  const database = await createTestDatabase({ migrated: false })
  const data = join(temporaryFolder(t), 'data')
  const server = await startProcess(t, data, [], { DATABASE_URL: database.url })
  // The process that was started, with settings that a process only takes when it starts.
  const proc = (name: string) => readFileSync(`/proc/${server.child.pid}/${name}`, 'utf8')
  assert.match(proc('cmdline'), /--heap-growing-percent=/)
  assert.match(proc('environ'), /MALLOC_MMAP_THRESHOLD_=/)
  assert.equal(existsSync(join(data, 'postgresql')), false)
  assert.deepEqual(await database.db.selectFrom('operators').selectAll().execute(), [])
  assert.equal(await server.end('SIGTERM'), 0)
  await database.drop()
})

test('a second server on the same data folder refuses and does no harm to the first', async (t) => {
  const data = join(temporaryFolder(t), 'data')
  const first = await startProcess(t, data)
  const second = runServer(['--port', '0', '--data', data])
  assert.equal(await second.exit, 1)
  assert.match(second.log(), /MAIN_DATA_IN_USE.*process \d+.*\n.*--data/)
  assert.equal((await fetch(`${first.address}/api/v1/health`)).status, 200)
})

test('PostgreSQL that is killed comes back by itself, and the server answers again', async (t) => {
  const data = join(temporaryFolder(t), 'data')
  const server = await startProcess(t, data)
  process.kill(postgresPid(data), 'SIGKILL')
  const status = async (path: string) => (await fetch(`${server.address}/api/v1/${path}`)).status
  assert.equal(await status('health'), 200, 'the server itself lives on')
  const deadline = AbortSignal.timeout(120_000)
  while (!server.log().includes('runs again') && !deadline.aborted)
    await new Promise((done) => setTimeout(done, 50))
  while ((await status('ready')) !== 200 && !deadline.aborted)
    await new Promise((done) => setTimeout(done, 50))
  assert.equal(await status('ready'), 200)
  assert.equal(await server.end('SIGINT'), 0)
})

test('no route answers a stranger, no secret reaches the log, the files of the data folder are private, and data paths may be long', async (t) => {
  const data = join(temporaryFolder(t), 'a folder with spaces and a name'.repeat(3), 'data')
  const server = await startProcess(t, data, ['--log-level', 'debug'])
  const token = tokenOf(server.setupLink)
  const made = await post(server.address, '/setup/operator', { ...operator, token })
  const cookie = made.headers.get('set-cookie')?.split(';')[0] ?? ''
  const answer = (await (await post(server.address, '/session/token', operator)).json()) as AccessToken
  const headers = { authorization: `Bearer ${answer.token}` }
  const kit = (await (await fetch(`${server.address}/api/v1/recovery-kit`, { headers })).json()) as {
    vaultPassword: string
  }
  await walkWithoutSession(server.address, headers)
  await fetch(`${server.address}/?code=0.AXEA-secret-code&state=secret-state`, { headers: { cookie } })
  await post(server.address, '/session', { userName: 'ada', password: 'wrong secret password' })
  assert.equal(await server.end('SIGTERM'), 0)
  const log = server.log()
  assert.ok(log.includes('/session/token'), 'requests are logged')
  const key = readFileSync(join(data, 'secrets.key'), 'utf8').trim()
  const secrets = [token, cookie.split('=')[1], answer.token, kit.vaultPassword, operator.password, key]
  for (const secret of [...secrets, 'secret-code', 'secret-state', 'wrong secret password']) {
    assert.ok(secret && !log.includes(secret), `log contains ${secret}`)
  }
  for (const name of readdirSync(data)) {
    const { mode } = statSync(join(data, name))
    if (!name.startsWith('postgresql-')) assert.equal(mode & 0o077, 0, name)
  }
})

test('both addresses of this machine are listened on, and a port in use is told', async (t) => {
  const folder = temporaryFolder(t)
  const server = await startProcess(t, join(folder, 'one'))
  const { port } = new URL(server.address)
  assert.equal((await fetch(`http://127.0.0.1:${port}/api/v1/health`)).status, 200)
  const six = await fetch(`http://[::1]:${port}/api/v1/health`).catch(() => null)
  if (six) assert.equal(six.status, 200)
  const other = runServer(['--port', port, '--data', join(folder, 'two')])
  assert.equal(await other.exit, 1)
  assert.match(other.log(), new RegExp(`SRV_PORT_IN_USE: Port ${port}`))
  const exposed = runServer(['--port', '0', '--host', '0.0.0.0', '--data', join(folder, 'two')])
  assert.equal(await exposed.exit, 1)
  assert.match(exposed.log(), /SRV_EXPOSED/)
})

test('who may start the server gets an operator in again, and every entry of the audit trail goes to the file too', async (t) => {
  const folder = temporaryFolder(t)
  const data = join(folder, 'data')
  const first = await startProcess(t, data)
  await post(first.address, '/setup/operator', { ...operator, token: tokenOf(first.setupLink) })
  assert.equal(await first.end('SIGTERM'), 0)

  const log = join(folder, 'audit.jsonl')
  const second = await startProcess(t, data, [
    '--reset-password',
    operator.userName.toUpperCase(),
    '--audit-log',
    log,
  ])
  const { passwordLink } = JSON.parse(second.stdout()) as { passwordLink: string }
  assert.ok(passwordLink.startsWith(`${second.address}/welcome#token=`))
  const password = 'chosen after the old one was lost'
  const accepted = await post(second.address, '/operator-links/accept', {
    token: tokenOf(passwordLink),
    password,
  })
  assert.equal(accepted.status, 201)
  assert.equal((await post(second.address, '/session', operator)).status, 401)
  assert.equal((await post(second.address, '/session', { ...operator, password })).status, 201)
  assert.equal(await second.end('SIGTERM'), 0)
  const entries = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { action: string })
  assert.deepEqual(
    entries.map(({ action }) => action),
    ['resetPasswordAtStart', 'acceptOperatorLink', 'signIn', 'signIn'],
  )
  assert.ok(![second.log(), JSON.stringify(entries)].some((text) => text.includes(tokenOf(passwordLink))))

  await assert.rejects(startProcess(t, data, ['--reset-password', 'nobody']), /SEC_OPERATOR_UNKNOWN/)
})
