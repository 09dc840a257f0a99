/** The server's own state: saved while it works, put back into an empty place, saved by itself before an upgrade. */
import assert from 'node:assert/strict'
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import type {
  AccessToken,
  MailboxView,
  MailItemView,
  OrganizationView,
  Page,
  RunView,
} from '../../src/contract/index.ts'
import {
  dumpDatabase,
  loadDatabase,
  migrateDatabase,
  openDatabase,
  startEmbeddedPostgres,
  verifyDump,
} from '../../src/database/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { saveBeforeUpgrade } from '../../src/operations/index.ts'
import { silentLogger, systemClock } from '../../src/shared/index.ts'
import { commandLine } from '../cli/command-line.ts'
import { createTestDatabase } from '../database.ts'
import { addOrganization, backUp, operator, startProduct } from '../product.ts'
import { post, startProcess, temporaryFolder } from './server-process.ts'

const now = new Date('2026-03-01T12:00:00Z')

test('the state of a working server is saved and put back elsewhere: operators, organizations, runs and mails are there', async (t) => {
  const product = await startProduct({ users: 2, mails: 6 }, async () => ({ ownPostgres: true }))
  t.after(() => product.stop())
  const organization = await addOrganization(product)
  await backUp(product, organization.id)
  const { bdrcloud } = commandLine(product.folder)
  const saved = join(product.folder, 'saved')
  const data = join(product.folder, 'data')
  const made = await bdrcloud(['state', 'backup', saved, '--data', data, '--json'])
  assert.equal(made.code, 0, made.err)
  assert.equal(statSync(saved).mode & 0o077, 0)
  const key = readFileSync(join(data, 'secrets.key'), 'utf8').trim()
  const all = readdirSync(saved).map((name) => {
    const bytes = readFileSync(join(saved, name))
    return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  })
  assert.ok(!all.join('').includes(key), 'the key is not in it')
  assert.ok(all.some((text) => text.includes('Contoso')))
  const again = await bdrcloud(['state', 'backup', saved, '--data', data])
  assert.equal(again.code, 2)
  assert.match(again.err, /DB_DUMP_FOLDER/)
  const used = await bdrcloud(['state', 'restore', saved, '--data', data])
  assert.equal(used.code, 1)
  assert.match(used.err, /MAIN_DATA_IN_USE/)

  const other = join(product.folder, 'other')
  const restored = await bdrcloud(['state', 'restore', saved, '--data', other])
  assert.equal(restored.code, 0, restored.err)
  assert.match(restored.err, /Now put the key \(.*secrets\.key\) back/)
  const twice = await bdrcloud(['state', 'restore', saved, '--data', other])
  assert.match(twice.err, /DB_NOT_EMPTY/)
  await product.end('SIGTERM')
  copyFileSync(join(data, 'secrets.key'), join(other, 'secrets.key'))
  const clouds = join(product.folder, 'clouds.json')
  const server = await startProcess(t, other, ['--vault', join(data, 'vault'), '--clouds', clouds])
  assert.equal(server.setupLink, null)
  const { token } = (await (await post(server.address, '/session/token', operator)).json()) as AccessToken
  const get = async <T>(path: string) =>
    (await (
      await fetch(`${server.address}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })
    ).json()) as T
  const { items: organizations } = await get<Page<OrganizationView>>('/organizations')
  assert.deepEqual(
    organizations.map(({ id, name }) => [id, name]),
    [[organization.id, 'Contoso']],
  )
  const { items: runs } = await get<Page<RunView>>(`/organizations/${organization.id}/runs`)
  assert.equal(runs[0]?.state, 'succeeded')
  const { items: mailboxes } = await get<Page<MailboxView>>(`/organizations/${organization.id}/mailboxes`)
  const { items: mails } = await get<Page<MailItemView>>(`/mailboxes/${mailboxes[0]?.id}/items`)
  assert.ok(mails.length >= 6)
  const eml = await fetch(`${server.address}/api/v1/items/${mails[0]?.id}/eml`, {
    headers: { authorization: `Bearer ${token}` },
  })
  assert.match(await eml.text(), /^(Received|From|Message-ID|Date|MIME-Version|Subject|To):/im)
  const verified = await fetch(`${server.address}/api/v1/audit-entries/verify`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
  assert.equal(((await verified.json()) as { problem: unknown }).problem, null)
  const second = await postSignedIn(`${server.address}/api/v1/organizations/${organization.id}/runs`, token)
  assert.equal(second.status, 202)
  assert.equal(await server.end('SIGTERM'), 0)
})

function postSignedIn(url: string, token: string): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{}',
  })
}

test('a restore that ends in the middle leaves an empty database, and the next one succeeds; a damaged, foreign or newer state is refused', async (t) => {
  const folder = temporaryFolder(t)
  const source = await createTestDatabase()
  t.after(source.drop)
  await sql`insert into settings (name, value, updated_at) values ('key-id', '"x"', now())`.execute(source.db)
  await sql`insert into sign_in_throttles (account_key, updated_at) values ('\\x00ff', now())`.execute(
    source.db,
  )
  const saved = join(folder, 'saved')
  await dumpDatabase(source.connection, saved, { version: '1.2.3', now })
  assert.deepEqual((await verifyDump(saved)).createdAt, now.toISOString())

  const target = await createTestDatabase({ migrated: false })
  t.after(target.drop)
  let tables = 0
  await assert.rejects(
    loadDatabase(target.connection, saved, {
      onTable: () => {
        tables += 1
        if (tables === 12) throw new Error('killed')
      },
    }),
    /killed/,
  )
  assert.deepEqual((await sql`select * from settings`.execute(target.db)).rows, [])
  await loadDatabase(target.connection, saved)
  assert.equal((await sql`select * from settings`.execute(target.db)).rows.length, 1)
  assert.equal((await sql`select * from sign_in_throttles`.execute(target.db)).rows.length, 0)
  await assert.rejects(loadDatabase(target.connection, saved), (error) => isAppError(error, 'DB_NOT_EMPTY'))

  const damaged = join(folder, 'damaged')
  cpSync(saved, damaged, { recursive: true })
  appendFileSync(join(damaged, 'settings.jsonl.gz'), gzipSync('{"name":"more","value":"y"}\n'))
  await assert.rejects(verifyDump(damaged), (error) => isAppError(error, 'DB_DUMP_UNUSABLE'))
  writeFileSync(join(damaged, 'settings.jsonl.gz'), 'no gzip')
  await assert.rejects(verifyDump(damaged), (error) => isAppError(error, 'DB_DUMP_UNUSABLE'))
  mkdirSync(join(folder, 'empty'))
  await assert.rejects(verifyDump(join(folder, 'empty')), (error) => isAppError(error, 'DB_DUMP_UNUSABLE'))
  const newer = join(folder, 'newer')
  cpSync(saved, newer, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(newer, 'state.json'), 'utf8')) as { migrations: string[] }
  writeFileSync(
    join(newer, 'state.json'),
    JSON.stringify({ ...manifest, migrations: [...manifest.migrations, '999-future'] }),
  )
  const fresh = await createTestDatabase({ migrated: false })
  t.after(fresh.drop)
  await assert.rejects(loadDatabase(fresh.connection, newer), (error) => isAppError(error, 'DB_NEWER'))
})

test('the state is saved before an upgrade, and not without one; the newest three stay; an older state comes back as it was and is upgraded', async (t) => {
  const folder = temporaryFolder(t)
  const { db, connection, drop } = await createTestDatabase({ migrated: false })
  t.after(drop)
  const names = (await import('../../src/database/migrations/index.ts')).migrations
  const sorted = Object.keys(names).toSorted()
  const earlier = sorted.slice(0, -1)
  const parts = { db, connection, dataFolder: folder, version: '1.0.0', logger: silentLogger }
  await saveBeforeUpgrade({ ...parts, clock: systemClock })
  await migrateDatabase(db, earlier)
  for (let day = 1; day <= 4; day += 1) {
    await saveBeforeUpgrade({ ...parts, clock: { ...systemClock, now: () => Date.UTC(2026, 0, day) } })
  }
  const place = join(folder, 'state-backups')
  const saved = readdirSync(place)
  assert.deepEqual(saved, [
    '2026-01-02T00-00-00-000Z',
    '2026-01-03T00-00-00-000Z',
    '2026-01-04T00-00-00-000Z',
  ])
  await migrateDatabase(db)
  await saveBeforeUpgrade({ ...parts, clock: systemClock })
  assert.deepEqual(readdirSync(place), saved)

  const target = await createTestDatabase({ migrated: false })
  t.after(target.drop)
  const manifest = await loadDatabase(target.connection, join(place, saved[2] ?? ''))
  assert.deepEqual(manifest.migrations, earlier)
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
    target.db,
  )
  assert.deepEqual(
    rows.map(({ name }) => name),
    sorted,
  )
})

test('the state of a server that does not run is saved too', async (t) => {
  const folder = temporaryFolder(t)
  const data = join(folder, 'data')
  const postgres = await startEmbeddedPostgres({ dataDirectory: data })
  const db = openDatabase(postgres.connection)
  await migrateDatabase(db)
  await db.destroy()
  await postgres.stop()
  const { bdrcloud } = commandLine(folder)
  const made = await bdrcloud(['state', 'backup', join(folder, 'saved'), '--data', data, '--json'])
  assert.equal(made.code, 0, made.err)
  assert.equal((JSON.parse(made.out) as { rows: number }).rows >= 0, true)
  assert.equal((await bdrcloud(['state', 'verify', join(folder, 'saved')])).code, 0)
  assert.equal(existsSync(join(data, 'server.lock')), false)
})
