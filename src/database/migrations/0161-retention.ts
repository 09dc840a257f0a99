import { type Kysely, sql } from 'kysely'

const statements = [
  // The restore point of the run was deleted by the retention; the run itself is still told of.
  `alter table runs add column forgotten_at timestamptz`,
  // Until then nobody writes to the repository but who deletes what is no longer kept.
  `alter table repositories add column maintenance_until timestamptz`,
  `alter table protection_settings add column retention_applied_at timestamptz`,
  `alter table protection_settings add column retention_sequence integer not null default 0`,
  `alter table protection_settings add column retention_result jsonb`,
]

/** Restore points that are deleted because their time is over. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
