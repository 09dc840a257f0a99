import { type Kysely, sql } from 'kysely'

/** Acts that need a second operator: what was asked for, who agreed, from when and until when it may be done. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table approvals (
    id uuid primary key,
    operation text not null,
    parameters jsonb not null,
    body jsonb,
    fingerprint bytea not null,
    organization_id uuid,
    reason text not null,
    state text not null check (state in ('pending', 'approved', 'declined', 'cancelled', 'used')),
    requested_by uuid not null,
    requested_at timestamptz not null,
    decided_by uuid,
    decided_at timestamptz,
    ready_at timestamptz,
    expires_at timestamptz not null,
    used_at timestamptz
  )`.execute(db)
  // Asking twice for the same is one request.
  await sql`create unique index approvals_one on approvals (requested_by, operation, fingerprint)
    where state in ('pending', 'approved')`.execute(db)
  await sql`create index approvals_newest on approvals (requested_at desc, id desc)`.execute(db)
}
