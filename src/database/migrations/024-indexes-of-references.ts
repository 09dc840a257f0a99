/** Indexes of columns that name rows which are deleted by the thousand: without one, each deletion looks through all that may name it. */
import { type Kysely, sql } from 'kysely'

const statements = [
  `create index restore_items_by_item on restore_items (item_id) where item_id is not null`,
  `create index folder_versions_by_parent on folder_versions (parent_id) where parent_id is not null`,
  `create index retries_by_folder on retries (folder_id) where folder_id is not null`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
