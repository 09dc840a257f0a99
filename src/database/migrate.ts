import { type MigrationResultSet, Migrator } from 'kysely/migration'
import type { Database } from './connection.ts'
import { fail } from './errors.ts'
import { migrations } from './migrations/index.ts'

/**
 * Brings the database to the newest version, in one transaction. Kysely holds an advisory lock of PostgreSQL meanwhile, so
 * servers that start together do not meet. Throws DB_MIGRATION_FAILED, also for a database newer than this server.
 */
export async function migrateDatabase(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } })
  const { error }: MigrationResultSet = await migrator.migrateToLatest()
  if (error !== undefined) {
    throw fail(
      'DB_MIGRATION_FAILED',
      { reason: error instanceof Error ? error.message : JSON.stringify(error) },
      error,
    )
  }
}
