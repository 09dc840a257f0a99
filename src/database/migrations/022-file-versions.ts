import { type Kysely, sql } from 'kysely'

const statements = [
  // Each is fetched once, whatever states of its file name it.
  `create table file_versions (
    resource_id uuid not null references resources (id) on delete cascade,
    external_id text not null,
    version_id text not null,
    size bigint not null,
    sha256 text not null,
    content text[] not null,
    modified_at timestamptz,
    modified_by text,
    primary key (resource_id, external_id, version_id)
  )`,
  `alter table items add column versions text[] not null default '{}'`,
  `alter table items add column versions_tree text`,
  `alter table restore_items add column version_id text`,
]

/** Older versions of files; `schema/backups.ts` and `schema/restores.ts` say what each column means. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
