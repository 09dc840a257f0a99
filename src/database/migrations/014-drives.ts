import { type Kysely, sql } from 'kysely'

const statements = [
  // All that are planned, so that a further workload needs no migration for its name.
  `alter table resources drop constraint resources_workload_check`,
  `alter table resources add constraint resources_workload_check
    check (workload in ('mail', 'drive', 'calendar', 'contacts', 'todo'))`,
  `alter table resources add column site_external_id text`,
  `alter table folder_versions add column metadata jsonb not null default '{}'`,
  `create table gone_folders (
    resource_id uuid not null references resources (id) on delete cascade,
    external_id text not null,
    primary key (resource_id, external_id)
  )`,
]

/** What is backed up is of a workload; `schema/backups.ts` says what each column means. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
