import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { createTestDatabase } from '../database.ts'

test('counts come back as numbers and too large integers are refused', async () => {
  const { db, drop } = await createTestDatabase()
  try {
    const { rows } = await sql<{
      count: number
    }>`select count(*) as count from generate_series(1, 3)`.execute(db)
    assert.equal(rows[0]?.count, 3)
    await assert.rejects(sql`select 9007199254740993::bigint`.execute(db), /too large/)
  } finally {
    await drop()
  }
})
