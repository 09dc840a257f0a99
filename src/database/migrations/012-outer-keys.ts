import { type Kysely, sql } from 'kysely'

/** Which outer keys the secrets at rest are and were wrapped by. The keys themselves are never in the database. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table outer_keys (
    key_id text primary key,
    state text not null check (state in ('current', 'retiring', 'retired')),
    source text not null,
    created_at timestamptz not null,
    retired_at timestamptz
  )`.execute(db)
  await sql`create unique index outer_keys_current on outer_keys (state) where state = 'current'`.execute(db)
  await sql`insert into outer_keys (key_id, state, source, created_at)
    select value #>> '{}', 'current', '', updated_at from settings where name = 'key-id'`.execute(db)
  await sql`delete from settings where name = 'key-id'`.execute(db)
}
