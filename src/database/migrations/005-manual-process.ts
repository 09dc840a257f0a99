import { type Kysely, sql } from 'kysely'

const statements = [
  // The application's own token does not tell its object ids, where somebody else has registered it.
  `alter table organizations alter column application_object_id drop not null`,
  `alter table organizations alter column service_principal_id drop not null`,
  `alter table onboardings add column credential_origin text check (credential_origin in ('made-here', 'given'))`,
]

/** Organizations whose application an administrator registered: the Manual Process. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
