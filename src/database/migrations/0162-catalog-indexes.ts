/** Indexes of what the console asks for most, and without those that later ones made superfluous. */
import { type Kysely, sql } from 'kysely'

const statements = [
  // The newest that hold a common word.
  `create index items_listed on items ((coalesce(received_at, '-infinity'::timestamptz)) desc, id desc)`,
  // How many lie in each folder, from the index alone.
  `create index items_counted on items (resource_id, folder_id, valid_from, valid_to)`,
  // What they were for, items_listed_by_folder and items_listed_by_mailbox do.
  `drop index items_by_folder`,
  `drop index items_by_mailbox`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
