import { type Kysely, sql } from 'kysely'

const statements = [
  // Another user of the organization into whose mailbox, calendars, contacts or lists the items go; null: where each came from.
  `alter table restores add column target_user_id text`,
  `alter table restores add column target_user_name text`,
]

/** Restores into another user. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
