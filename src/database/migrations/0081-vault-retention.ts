import { type Kysely, sql } from 'kysely'

/** What of a repository is known to be kept by the place of the vault, and until when. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table repositories add column kept_snapshot_id text, add column kept_until timestamptz`.execute(
    db,
  )
}
