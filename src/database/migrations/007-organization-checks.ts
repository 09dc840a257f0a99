import { type Kysely, sql } from 'kysely'

const statements = [
  `create table organization_checks (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references organizations (id) on delete cascade,
    checked_at timestamptz not null,
    trigger text not null check (trigger in ('nightly', 'operator', 'credential')),
    outcome text not null check (outcome in ('good', 'drift', 'unfinished')),
    health jsonb not null,
    findings jsonb not null
  )`,
  `create index organization_checks_newest on organization_checks (organization_id, checked_at desc, id desc)`,
  `alter table organizations
    add column accepted jsonb,
    add column inspection jsonb,
    add column drift jsonb not null default '[]',
    add column checked_at timestamptz,
    add column check_trigger text,
    add column nightly_checked_at timestamptz`,
]

/** Checks of organizations: their history, and what the last one saw, and what counts as normal. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
