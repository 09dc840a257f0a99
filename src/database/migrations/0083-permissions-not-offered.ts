import { type Kysely, sql } from 'kysely'

/** Permissions that an organization's own Microsoft Graph does not offer. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['onboardings', 'organizations'])
    await sql`alter table ${sql.ref(table)} add column not_offered jsonb not null default '[]'`.execute(db)
}
