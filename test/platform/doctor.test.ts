import assert from 'node:assert/strict'
import { chmodSync, copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openDatabase } from '../../src/database/index.ts'
import { makeCertificate } from '../../src/microsoft/index.ts'
import { checkCertificate } from '../../src/operations/doctor/certificate-checks.ts'
import { checkDatabase, judgeClock } from '../../src/operations/doctor/database-checks.ts'
import { checkDataFolder, checkKey } from '../../src/operations/doctor/file-checks.ts'
import { checkFileLimit, judgeDisk } from '../../src/operations/doctor/machine-checks.ts'
import type { Finding } from '../../src/operations/index.ts'
import { commandLine } from '../cli/command-line.ts'
import { createTestDatabase } from '../database.ts'
import { addOrganization, backUp, startProduct } from '../product.ts'
import { temporaryFolder } from './server-process.ts'

interface Report {
  readonly healthy: boolean
  readonly findings: readonly Finding[]
}

const states = (findings: readonly Finding[]) => findings.map(({ state }) => state)

test('a healthy server has no problems; faults that are planted in it are found, each with what to do', async (t) => {
  const product = await startProduct({ users: 1, mails: 2 }, async () => ({ ownPostgres: true }))
  t.after(() => product.stop())
  const organization = await addOrganization(product)
  await backUp(product, organization.id)
  const data = join(product.folder, 'data')
  const clouds = join(product.folder, 'clouds.json')
  const { port } = new URL(product.address)
  const environment = { BDRCLOUD_CLOUDS: clouds, BDRCLOUD_PORT: port, BDRCLOUD_DATA: data }
  const { bdrcloud } = commandLine(product.folder, environment)
  const look = async (more: Record<string, string> = {}) => {
    const { out, err, code } = await commandLine(product.folder, { ...environment, ...more }).bdrcloud([
      'doctor',
      '--json',
    ])
    assert.notEqual(out, '', err)
    return { code, ...(JSON.parse(out) as Report) }
  }
  const well = await look()
  assert.deepEqual(
    well.findings.filter(({ state }) => state === 'problem'),
    [],
  )
  assert.equal(well.code, 0)
  assert.equal(well.healthy, true)
  for (const check of [
    'Node',
    'database',
    'migrations',
    'clock and database',
    'vault',
    'port',
    'key of the secrets',
    'open files',
  ]) {
    assert.ok(
      well.findings.some((one) => one.check === check),
      check,
    )
  }
  assert.ok(
    well.findings.some(
      ({ check, text }) => check.startsWith('repository ') && text === 'is there, not locked',
    ),
  )
  assert.equal(well.findings.filter(({ check }) => check.startsWith('way to ')).length, 2)
  const told = await bdrcloud(['doctor'])
  assert.match(told.out, /^ok {7}database: PostgreSQL 18/m)

  const other = createServer((_request, response) => response.end('another program'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  t.after(() => other.close())
  const taken = other.address()
  chmodSync(join(data, 'secrets.key'), 0o644)
  renameSync(join(data, 'vault'), join(data, 'away'))
  const ill = await look({
    BDRCLOUD_PROXY: 'http://127.0.0.1:1',
    BDRCLOUD_NO_PROXY: 'example.com',
    BDRCLOUD_PORT: String(typeof taken === 'object' ? taken?.port : 0),
  })
  assert.equal(ill.code, 1)
  const problems = ill.findings.filter(({ state }) => state === 'problem')
  assert.deepEqual(problems.map(({ check }) => check.replace(/ to .*/, '')).toSorted(), [
    'key of the secrets',
    'port',
    'vault',
    'way',
    'way',
  ])
  for (const { advice } of problems) assert.ok(advice)

  await product.end('SIGTERM')
  const stopped = await look()
  assert.equal(stopped.findings.find(({ check }) => check === 'database')?.state, 'warning')
})

test('the doctor judges databases, clocks, disks, limits, files and certificates by what they are', async (t) => {
  const { db, drop } = await createTestDatabase()
  assert.deepEqual(states(await checkDatabase(db, Date.now)), ['ok', 'ok', 'ok'])
  assert.deepEqual(states(await checkDatabase(db, () => Date.now() - 120_000)), ['ok', 'problem', 'ok'])
  await sql`delete from kysely_migration where name = '0091-audit-trail'`.execute(db)
  assert.deepEqual(states(await checkDatabase(db, Date.now)), ['ok', 'ok', 'warning'])
  await sql`insert into kysely_migration (name, timestamp) values ('999-future', '2030-01-01')`.execute(db)
  assert.deepEqual(states(await checkDatabase(db, Date.now)), ['ok', 'ok', 'problem'])
  await drop()
  const gone = openDatabase({ connectionString: 'postgres://127.0.0.1:1/none' })
  assert.deepEqual(states(await checkDatabase(gone, Date.now)), ['problem'])
  await gone.destroy()
  assert.equal(judgeClock('x', 59_000).state, 'ok')
  assert.equal(judgeClock('x', 61_000).state, 'problem')

  const gib = 2 ** 30
  const space = { freeBytes: 100 * gib, totalBytes: 200 * gib, freeFiles: 1000, totalFiles: 1000 }
  assert.deepEqual(states(judgeDisk('x', space)), ['ok'])
  assert.deepEqual(states(judgeDisk('x', { ...space, freeBytes: 5 * gib })), ['warning'])
  assert.deepEqual(states(judgeDisk('x', { ...space, freeBytes: gib / 5 })), ['problem'])
  assert.deepEqual(states(judgeDisk('x', { ...space, freeFiles: 1 })), ['ok', 'warning'])
  assert.deepEqual(states(judgeDisk('x', { ...space, freeFiles: 0, totalFiles: 0 })), ['ok'])
  const limits = (hard: string) =>
    `Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 ${hard}               files\n`
  assert.deepEqual(states(checkFileLimit(limits('1024'))), ['warning'])
  assert.deepEqual(states(checkFileLimit(limits('524288'))), ['ok'])
  assert.deepEqual(states(checkFileLimit(limits('unlimited'))), ['ok'])

  const folder = temporaryFolder(t)
  const data = join(folder, 'data')
  assert.deepEqual(states(checkDataFolder(data)), ['warning'])
  mkdirSync(data, { mode: 0o700 })
  assert.deepEqual(states(checkDataFolder(data)), ['ok'])
  chmodSync(data, 0o755)
  assert.deepEqual(states(checkDataFolder(data)), ['problem'])
  const key = { key: { file: join(data, 'key') } }
  assert.deepEqual(states(checkKey(key, false)), ['ok'])
  assert.deepEqual(states(checkKey(key, true)), ['problem'])
  writeFileSync(key.key.file, 'short\n', { mode: 0o600 })
  assert.deepEqual(states(checkKey(key, true)), ['problem'])
  writeFileSync(key.key.file, `${Buffer.alloc(32, 1).toString('base64')}\n`)
  assert.deepEqual(states(checkKey(key, true)), ['ok'])

  const [certificate, tlsKey] = [join(folder, 'a.crt'), join(folder, 'a.key')]
  const made = await makeCertificate({ subject: 'x', days: 90 })
  writeFileSync(certificate, made.certificatePem)
  writeFileSync(tlsKey, made.privateKeyPem)
  const tls = { tls: { certificate, key: tlsKey, selfSigned: false } }
  const inDays = (days: number) => Date.now() + days * 86_400_000
  assert.deepEqual(states(checkCertificate(tls, inDays(0))), ['ok'])
  assert.deepEqual(states(checkCertificate(tls, inDays(80))), ['warning'])
  assert.deepEqual(states(checkCertificate(tls, inDays(100))), ['problem'])
  copyFileSync(certificate, join(folder, 'b.key'))
  assert.deepEqual(states(checkCertificate({ tls: { ...tls.tls, key: join(folder, 'b.key') } }, inDays(0))), [
    'problem',
  ])
})
