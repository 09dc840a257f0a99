import { type Kysely, sql } from 'kysely'

const statements = [
  `create table restored_folders (
    restore_id uuid not null references restores (id) on delete cascade,
    number bigint generated always as identity,
    drive_id text not null,
    parent_id text not null,
    name text not null,
    created_at text,
    modified_at text,
    primary key (restore_id, number),
    unique (restore_id, drive_id, parent_id, name)
  )`,
]

/** Folders that restores make, whose dates are set when all is in them; `schema/restores.ts` says what each column means. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
