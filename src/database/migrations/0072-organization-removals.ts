import { type Kysely, sql } from 'kysely'

const statements = [
  `alter table organizations
    add column state text not null default 'active' check (state in ('active', 'removing', 'removed', 'erasing')),
    add column removed_at timestamptz,
    add column added_again_at timestamptz`,
  // While the backups of a removed organization are being erased, it can be added anew.
  `alter table organizations drop constraint organizations_tenant`,
  `create unique index organizations_tenant on organizations (cloud, tenant_id) where state <> 'erasing'`,
  `create table organization_removals (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null,
    organization_name text not null,
    cloud text not null,
    tenant_id text not null,
    state text not null check (state in ('stopping', 'awaiting-administrator', 'finishing', 'removed', 'abandoned')),
    delete_application boolean not null,
    delete_backups boolean not null,
    task_id uuid,
    stopped jsonb,
    operator_id uuid not null,
    operator_name text not null,
    requested_at timestamptz not null,
    removed_at timestamptz,
    statement jsonb,
    backups_delete_at timestamptz,
    erasing boolean not null default false,
    next_try_at timestamptz,
    backups_deleted_at timestamptz,
    added_again_at timestamptz,
    error jsonb
  )`,
  `create index organization_removals_newest on organization_removals (organization_id, requested_at desc, id desc)`,
  `create index organization_removals_listed on organization_removals (requested_at desc, id desc)`,
  `create unique index organization_removals_one on organization_removals (organization_id) where state in ('stopping', 'awaiting-administrator', 'finishing')`,
]

/** Removing organizations, keeping or deleting their backups, and adding them again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
