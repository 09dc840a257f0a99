import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { migrateDatabase, openDatabase } from '../../src/database/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { createTestDatabase } from '../database.ts'

test('servers that start together on an empty database both find it migrated, and again is no change', async () => {
  const { db, connection, drop } = await createTestDatabase({ migrated: false })
  const other = openDatabase(connection)
  try {
    await Promise.all([migrateDatabase(db), migrateDatabase(other)])
    await migrateDatabase(db)
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
    assert.deepEqual(rows.map((row) => row.name).slice(0, 3), [
      '001-security',
      '002-organizations',
      '003-backups',
    ])
    assert.deepEqual(await db.selectFrom('operators').selectAll().execute(), [])
  } finally {
    await other.destroy()
    await drop()
  }
})

test('a database of a newer server is refused and left alone', async () => {
  const { db, drop } = await createTestDatabase()
  try {
    await sql`insert into kysely_migration (name, timestamp) values ('999-future', '2030-01-01')`.execute(db)
    await assert.rejects(migrateDatabase(db), (error) => isAppError(error, 'DB_NEWER'))
  } finally {
    await drop()
  }
})
