import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type KyselyPlugin, sql } from 'kysely'
import type { Database } from '../../src/database/index.ts'
import { createAuditTrail, forwardToFile, type NewAuditEntry } from '../../src/security/index.ts'
import { silentLogger } from '../../src/shared/index.ts'
import { createTestDatabase } from '../database.ts'
import { movableClock } from './clock.ts'

const entry = (action: string, more: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  actor: { kind: 'operator', operatorId: null, name: 'ada', role: 'owner' },
  address: '127.0.0.1',
  action,
  organizationId: null,
  outcome: 'done',
  status: 200,
  details: { id: action },
  ...more,
})

async function fixture() {
  const { db, drop } = await createTestDatabase()
  const clock = movableClock()
  const audit = createAuditTrail({ db, clock, key: 'key of the codes' })
  return { db, clock, audit, [Symbol.asyncDispose]: drop }
}

/** As somebody would who holds the database and knows its rules. */
async function tamper(db: Database, statement: string): Promise<void> {
  await sql.raw('alter table audit_entries disable trigger audit_entries_stay').execute(db)
  await sql.raw(statement).execute(db)
  await sql.raw('alter table audit_entries enable trigger audit_entries_stay').execute(db)
}

test('the very first entry may be written while the trail is looked at', async () => {
  await using f = await fixture()
  let isFirst = true
  /** Writes it after the first answer of the database, before the look goes on. */
  const between: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      if (isFirst) {
        isFirst = false
        await f.audit.record(entry('first'))
      }
      return result
    },
  }
  const looking = createAuditTrail({
    db: f.db.withPlugin(between),
    clock: f.clock,
    key: 'key of the codes',
  })
  assert.deepEqual(await looking.verify(), { entries: 1, problem: null })
})

test('entries are kept in order, however many are added at once, and paged and filtered', async () => {
  await using f = await fixture()
  const organizationId = randomUUID()
  await Promise.all(
    Array.from({ length: 40 }, (_, number) =>
      f.audit.record(
        entry(`act${number % 4}`, number % 2 === 0 ? { organizationId } : { outcome: 'refused' }),
      ),
    ),
  )
  assert.deepEqual(await f.audit.verify(), { entries: 40, problem: null })
  const first = await f.audit.list({ limit: 15 })
  const second = await f.audit.list({ limit: 30, cursor: first.nextCursor ?? '' })
  assert.deepEqual(
    [...first.items, ...second.items].map(({ sequence }) => sequence),
    Array.from({ length: 40 }, (_, index) => 40 - index),
  )
  assert.equal(second.nextCursor, null)
  assert.equal((await f.audit.list({ limit: 100, action: 'act1' })).items.length, 10)
  assert.equal((await f.audit.list({ limit: 100, outcome: 'refused' })).items.length, 20)
  assert.equal((await f.audit.list({ limit: 100, organization: organizationId })).items.length, 20)
  assert.equal((await f.audit.list({ limit: 100 }, [organizationId])).items.length, 20)
  assert.equal((await f.audit.list({ limit: 100 }, [])).items.length, 0)
  const all = await Array.fromAsync(f.audit.all({ action: 'act3' }))
  assert.deepEqual(
    all.map(({ sequence }) => sequence),
    all.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
  )
  f.clock.move(60_000)
  await f.audit.record(entry('late'))
  const from = new Date(f.clock.now()).toISOString()
  assert.deepEqual(
    (await f.audit.list({ from })).items.map(({ action }) => action),
    ['late'],
  )
  assert.equal((await f.audit.list({ to: from, limit: 100 })).items.length, 40)
})

test('the database itself refuses to change, remove or empty', async () => {
  await using f = await fixture()
  await f.audit.record(entry('one'))
  for (const statement of [
    "update audit_entries set action = 'other'",
    'delete from audit_entries',
    'truncate audit_entries',
  ]) {
    await assert.rejects(sql.raw(statement).execute(f.db), /never changed or removed/, statement)
  }
})

const damages = {
  'an entry with another action': [
    "update audit_entries set action = 'other' where sequence = 4",
    'changed',
    4,
  ],
  'an entry of somebody else': [
    "update audit_entries set actor_name = 'eve' where sequence = 4",
    'changed',
    4,
  ],
  'an entry at another time': [
    "update audit_entries set at = at + interval '1 ms' where sequence = 4",
    'changed',
    4,
  ],
  'other details': ["update audit_entries set details = '{}' where sequence = 4", 'changed', 4],
  'a removed entry': ['delete from audit_entries where sequence = 4', 'missing', 4],
  'a removed entry with those after it moved up': [
    `delete from audit_entries where sequence = 4;
     update audit_entries set sequence = sequence - 1 where sequence > 4`,
    'changed',
    4,
  ],
  "two entries in each other's place": [
    `update audit_entries set sequence = -sequence where sequence in (4, 5);
     update audit_entries set sequence = 9 + sequence where sequence < 0`,
    'changed',
    4,
  ],
  'an entry twice': [
    `insert into audit_entries select 8, at, actor_kind, operator_id, actor_name, role, address, action, organization_id, outcome,
       status, details, mac from audit_entries where sequence = 7`,
    'changed',
    8,
  ],
  'a removed end': ['delete from audit_entries where sequence = 7', 'end', 7],
  'a removed end with a head that fits': [
    `delete from audit_entries where sequence = 7;
     update audit_head set sequence = 6, mac = (select mac from audit_entries where sequence = 6)`,
    'end',
    7,
  ],
  'a removed head': ['delete from audit_head', 'end', 8],
} as const

for (const [name, [statement, kind, sequence]] of Object.entries(damages)) {
  test(`verifying finds ${name}`, async () => {
    await using f = await fixture()
    for (let number = 1; number <= 7; number += 1) await f.audit.record(entry(`act${number}`))
    await tamper(f.db, statement)
    assert.deepEqual((await f.audit.verify()).problem, { sequence, kind })
  })
}

test('a trail made with another key does not verify', async () => {
  await using f = await fixture()
  await createAuditTrail({ db: f.db, clock: f.clock, key: 'made up' }).record(entry('one'))
  assert.deepEqual((await f.audit.verify()).problem, { sequence: 1, kind: 'changed' })
})

test('every entry is forwarded to a file also after it was moved away, and a file that cannot be written stops nothing', async () => {
  await using f = await fixture()
  const folder = await mkdtemp(join(tmpdir(), 'bdrcloud-audit-'))
  const file = join(folder, 'audit.jsonl')
  const errors: unknown[] = []
  const logger = { ...silentLogger, error: (details: object) => void errors.push(details) }
  const forwarding = (to: string) =>
    createAuditTrail({
      db: f.db,
      clock: f.clock,
      key: 'key of the codes',
      forward: forwardToFile(to, logger),
    })
  try {
    const audit = forwarding(file)
    await Promise.all(Array.from({ length: 20 }, (_, number) => audit.record(entry(`act${number}`))))
    await rename(file, `${file}.1`)
    await audit.record(entry('after'))
    const lines = async (name: string) =>
      (await readFile(name, 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { sequence: number })
    assert.deepEqual(
      (await lines(`${file}.1`)).map(({ sequence }) => sequence).toSorted((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
    assert.deepEqual(await lines(file), (await f.audit.list({ action: 'after' })).items)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    await forwarding(join(folder, 'nowhere', 'audit.jsonl')).record(entry('kept'))
    assert.equal(errors.length, 1)
    assert.deepEqual(await f.audit.verify(), { entries: 22, problem: null })
  } finally {
    await rm(folder, { recursive: true })
  }
})
