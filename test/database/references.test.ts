import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { createTestDatabase } from '../database.ts'

test('what is deleted by the thousand can be looked up in every table that names it', async (t) => {
  const database = await createTestDatabase()
  t.after(database.drop)
  // First or second in an index: PostgreSQL 18 skips over what stands before it. ("Multicolumn Indexes")
  const { rows } = await sql<{ reference: string; isIndexed: boolean }>`
    select c.conrelid::regclass || '.' || a.attname as reference, exists (
      select from pg_index i
      where i.indrelid = c.conrelid and a.attnum = any ((i.indkey::int2[])[0:1])
    ) as "isIndexed"
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid in ('items'::regclass, 'folders'::regclass, 'resources'::regclass, 'runs'::regclass)
    order by 1
  `.execute(database.db)
  assert.ok(rows.length > 10)
  assert.deepEqual(
    rows.filter((row) => !row.isIndexed),
    [],
  )
})
