import { sql } from 'kysely'
import { type MigrationResultSet, Migrator } from 'kysely/migration'
import type { Database } from './connection.ts'
import { fail } from './errors.ts'
import { migrations } from './migrations/index.ts'

/**
 * Brings the database to the newest version (or to just the `wanted` migrations), in one transaction. Kysely holds an advisory lock of
 * PostgreSQL meanwhile, so servers that start together do not meet. Throws DB_NEWER for a database of a newer server, else
 * DB_MIGRATION_FAILED.
 */
export async function migrateDatabase(
  db: Database,
  wanted: readonly string[] = Object.keys(migrations),
): Promise<void> {
  const unknown = unknownMigrations(await appliedMigrations(db))
  if (unknown.length > 0) throw fail('DB_NEWER', { migrations: unknown.join(', ') })
  const chosen = Object.fromEntries(Object.entries(migrations).filter(([name]) => wanted.includes(name)))
  const migrator = new Migrator({ db, provider: { getMigrations: async () => chosen } })
  const { error }: MigrationResultSet = await migrator.migrateToLatest()
  if (error !== undefined) {
    throw fail(
      'DB_MIGRATION_FAILED',
      { reason: error instanceof Error ? error.message : JSON.stringify(error) },
      error,
    )
  }
}

/** Names of migrations of this server that the database lacks, in order; all of them for an empty one. */
export async function missingMigrations(db: Database): Promise<string[]> {
  const applied = await appliedMigrations(db)
  return Object.keys(migrations)
    .toSorted()
    .filter((name) => !applied.includes(name))
}

/** Those that this server does not know: of a newer one. */
export function unknownMigrations(names: readonly string[]): string[] {
  return names.filter((name) => !(name in migrations))
}

/** Names of migrations that the database has; none for an empty one. */
export async function appliedMigrations(db: Database): Promise<string[]> {
  const { rows } = await sql<{
    there: boolean
  }>`select to_regclass('kysely_migration') is not null as there`.execute(db)
  if (!rows[0]?.there) return []
  const applied = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  return applied.rows.map(({ name }) => name)
}
