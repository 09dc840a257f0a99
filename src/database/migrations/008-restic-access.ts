import { type Kysely, sql } from 'kysely'

const statements = [
  `create table restic_accesses (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references organizations (id) on delete cascade,
    user_name text not null unique,
    password_hash bytea not null,
    label text not null,
    created_by uuid not null,
    created_at timestamptz not null,
    last_used_at timestamptz
  )`,
  `create index restic_accesses_by_organization on restic_accesses (organization_id, created_at, id)`,
]

/** Users of stock restic who may read an organization's repository through the server. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
