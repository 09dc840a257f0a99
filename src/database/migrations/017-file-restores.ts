import { type Kysely, sql } from 'kysely'

/** Restores of files: what happens where a file of the same name is there. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `alter table restores add column conflict text not null default 'keepBoth'
       check (conflict in ('skip', 'keepBoth', 'replace', 'replaceIfNewer'))`,
    )
    .execute(db)
}
