import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import {
  connectionOptions,
  createQueue,
  openDatabase,
  startEmbeddedPostgres,
} from '../../src/database/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { silentLogger } from '../../src/shared/index.ts'
import { createTestDatabase } from '../database.ts'

const settings = { fsync: 'off' }

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'bdrcloud-postgres-'))
  chmodSync(folder, 0o711)
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a data folder with a very long path gets a short socket elsewhere, which is removed at the end', async (t) => {
  const dataDirectory = join(folderFor(t), 'long and with spaces '.repeat(8), 'data')
  const postgres = await startEmbeddedPostgres({ dataDirectory, settings })
  const { socketDirectory } = postgres.connection
  assert.ok(Buffer.byteLength(socketDirectory) < 90)
  const db = openDatabase(postgres.connection)
  assert.equal((await sql<{ one: number }>`select 1 as one`.execute(db)).rows[0]?.one, 1)
  await db.destroy()
  await postgres.stop()
  assert.equal(existsSync(socketDirectory), false)
})

test('a postmaster.pid that names another living program does not keep PostgreSQL from starting', async (t) => {
  const dataDirectory = folderFor(t)
  const first = await startEmbeddedPostgres({ dataDirectory, settings })
  await first.stop()
  const bystander = spawn('sleep', ['60'])
  t.after(() => bystander.kill())
  const data = readdirSync(join(dataDirectory, 'postgresql')).find((name) => name.startsWith('data-')) ?? ''
  const file = join(dataDirectory, 'postgresql', data, 'postmaster.pid')
  writeFileSync(file, `${bystander.pid}\n${file}\n1\n5432\n/nowhere\n\n1 1\nready\n`)
  const second = await startEmbeddedPostgres({ dataDirectory, settings })
  assert.equal(bystander.exitCode, null)
  await second.stop()
})

test('a half made data folder of an earlier start is made anew, one of another version is refused', async (t) => {
  const dataDirectory = folderFor(t)
  const place = join(dataDirectory, 'postgresql')
  const first = await startEmbeddedPostgres({ dataDirectory, settings })
  await first.stop()
  const name = readdirSync(place).find((one) => one.startsWith('data-')) ?? ''
  rmSync(join(place, name), { recursive: true })
  mkdirSync(join(place, `${name}.new`, 'base'), { recursive: true })
  const second = await startEmbeddedPostgres({ dataDirectory, settings })
  await second.stop()
  assert.deepEqual(
    readdirSync(place).filter((one) => one.endsWith('.new')),
    [],
  )
  const version = join(place, name, 'PG_VERSION')
  assert.equal(readFileSync(version, 'utf8').trim(), name.split('-')[1])
  writeFileSync(version, '12\n')
  await assert.rejects(startEmbeddedPostgres({ dataDirectory, settings }), (error) =>
    isAppError(error, 'DB_CLUSTER_VERSION'),
  )
})

test('the socket is closed to others and no port is opened', async (t) => {
  const dataDirectory = folderFor(t)
  const postgres = await startEmbeddedPostgres({ dataDirectory, settings })
  t.after(() => postgres.stop())
  const client = new pg.Client(connectionOptions(postgres.connection))
  await client.connect()
  const { rows } = await client.query<{ listen: string; mode: string }>(
    "select current_setting('listen_addresses') as listen, current_setting('unix_socket_permissions') as mode",
  )
  assert.deepEqual(rows, [{ listen: '', mode: '0700' }])
  await client.end()
})

test('the job queue lives in the same database and hands out what was sent', async () => {
  const { connection, drop } = await createTestDatabase()
  const queue = await createQueue(connection, { logger: silentLogger })
  try {
    await queue.createQueue('greetings')
    await queue.send('greetings', { hello: 'world' })
    const [job] = await queue.fetch<{ hello: string }>('greetings')
    assert.equal(job?.data.hello, 'world')
  } finally {
    await queue.stop({ graceful: false })
    await drop()
  }
})
