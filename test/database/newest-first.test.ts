import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { newestFirst } from '../../src/database/index.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

interface Things {
  things: { id: string; created_at: Date; label: string }
}

let database: TestDatabase
let db: Kysely<Things>

before(async () => {
  database = await createTestDatabase()
  db = database.db as unknown as Kysely<Things>
  // Three of a time, and times that differ by less than a Date can hold.
  await sql`create table things as select gen_random_uuid() as id, i::text as label,
    timestamptz '2026-11-27 12:00:00Z' + (i / 3) * interval '1 microsecond' as created_at
    from generate_series(0, 24) as i`.execute(db)
})
after(() => database.drop())

test('pages hold every row once, newest first, also where times differ by microseconds or not at all', async () => {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = await newestFirst(db.selectFrom('things').selectAll(), {
      limit: 4,
      ...(cursor !== undefined && { cursor }),
    })
    assert.ok(page.rows.length <= 4)
    found.push(...page.rows.map((row) => row.label))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  const { rows } = await sql<{
    label: string
  }>`select label from things order by created_at desc, id desc`.execute(db)
  assert.deepEqual(
    found,
    rows.map((row) => row.label),
  )
})

test('a cursor that no page gave starts at the beginning', async () => {
  const query = () => db.selectFrom('things').selectAll()
  assert.deepEqual(await newestFirst(query(), { cursor: 'made-up' }), await newestFirst(query(), {}))
})
