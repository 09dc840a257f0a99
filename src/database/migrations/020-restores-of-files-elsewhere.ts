import { type Kysely, sql } from 'kysely'

const statements = [
  // Another drive that files go to; null: the user's, or where each came from.
  `alter table restores add column target_drive_id text`,
  `alter table restores add column target_drive_name text`,
  // Whether files and folders are shared again as they were.
  `alter table restores add column sharing boolean not null default false`,
  // A row is an item, or a folder that is wanted for itself: an empty one, or a shared one. Its state is that of the restore point `folder_point`.
  `alter table restore_items alter column item_id drop not null`,
  `alter table restore_items add column folder_id uuid references folders (id) on delete cascade`,
  `alter table restore_items add column folder_point integer`,
  `alter table restore_items add check ((item_id is null) = (folder_id is not null) and (folder_id is null) = (folder_point is null))`,
  `create index on restore_items (folder_id) where folder_id is not null`,
]

/** Files into another user's OneDrive or another library, folders for themselves, and sharing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
