import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { AccessToken, ReadinessView } from '../../src/contract/index.ts'
import { openDatabase } from '../../src/database/index.ts'
import { createReadiness } from '../../src/operations/index.ts'
import { silentLogger } from '../../src/shared/index.ts'
import { createTestDatabase } from '../database.ts'
import { post, startProcess, temporaryFolder, tokenOf } from './server-process.ts'

const operator = { userName: 'ada', password: 'correct horse battery' }

test('a stranger learns whether the server is ready, an operator also why not', async (t) => {
  const database = await createTestDatabase({ migrated: false })
  const data = join(temporaryFolder(t), 'data')
  const server = await startProcess(t, data, [], { DATABASE_URL: database.url })
  await post(server.address, '/setup/operator', { ...operator, token: tokenOf(server.setupLink) })
  const { token } = (await (await post(server.address, '/session/token', operator)).json()) as AccessToken
  const ask = async (headers: Record<string, string> = {}) => {
    const answer = await fetch(`${server.address}/api/v1/ready`, { headers })
    return { status: answer.status, view: (await answer.json()) as ReadinessView }
  }
  const signedIn = { authorization: `Bearer ${token}` }
  assert.deepEqual(await ask(), { status: 200, view: { ready: true } })
  const names = ['database', 'migrations', 'queue', 'vault', 'disk'] as const
  assert.deepEqual(await ask(signedIn), {
    status: 200,
    view: { ready: true, checks: names.map((name) => ({ name, ok: true, reason: null })) },
  })

  renameSync(join(data, 'vault'), join(data, 'away'))
  const db = openDatabase(database.connection)
  await sql`delete from kysely_migration where name like '0091%'`.execute(db)
  await db.destroy()
  // What was found counts for five seconds.
  await new Promise((resolve) => setTimeout(resolve, 5_100))
  assert.deepEqual(await ask(), { status: 503, view: { ready: false } })
  const { view } = await ask(signedIn)
  const wrong = view.checks?.filter(({ ok }) => !ok) ?? []
  assert.deepEqual(
    wrong.map(({ name }) => name),
    ['migrations', 'vault'],
  )
  assert.match(wrong[0]?.reason ?? '', /0091-audit-trail/)
  assert.match(wrong[1]?.reason ?? '', /ENOENT.*vault/)
  assert.equal((await fetch(`${server.address}/api/v1/health`)).status, 200)
  assert.match(server.log(), /not ready for work/)
  await server.end('SIGTERM')
  await database.drop()
})

test('a check that hangs or throws is one that failed, and many who ask at once are one look', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let looks = 0
  const readiness = createReadiness({
    logger: silentLogger,
    probes: [
      { name: 'database', run: async () => null },
      {
        name: 'queue',
        run: () => {
          looks += 1
          return new Promise(() => {})
        },
      },
      { name: 'vault', run: () => Promise.reject(new Error('it is away')) },
    ],
  })
  const many = [readiness(), readiness(), readiness()]
  await Promise.resolve()
  t.mock.timers.tick(5_000)
  for (const checks of await Promise.all(many)) {
    assert.deepEqual(checks, [
      { name: 'database', ok: true, reason: null },
      { name: 'queue', ok: false, reason: 'no answer within 5 seconds' },
      { name: 'vault', ok: false, reason: 'it is away' },
    ])
  }
  assert.equal(looks, 1)
})
