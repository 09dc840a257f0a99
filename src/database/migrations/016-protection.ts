import { type Kysely, sql } from 'kysely'

const statements = [
  `create table protection_settings (
    organization_id uuid primary key references organizations (id) on delete cascade,
    settings jsonb not null,
    retention jsonb not null,
    new_users_after timestamptz not null,
    new_sites_after timestamptz not null,
    schedule_after timestamptz not null,
    retention_due boolean not null default false,
    updated_at timestamptz not null,
    updated_by uuid
  )`,
  `create table directory_states (
    organization_id uuid primary key references organizations (id) on delete cascade,
    refreshed_at timestamptz not null,
    groups text not null check (groups in ('read', 'no-rights')),
    sites text not null check (sites in ('read', 'no-rights')),
    mailbox_kinds text not null check (mailbox_kinds in ('read', 'guessed'))
  )`,
  `create table directory_users (
    organization_id uuid not null references organizations (id) on delete cascade,
    external_id text not null,
    user_principal_name text not null,
    display_name text not null,
    kind text not null check (kind in ('user', 'shared', 'resource')),
    has_archive boolean not null,
    has_license boolean not null,
    has_exchange boolean not null,
    is_guest boolean not null,
    first_seen_at timestamptz not null,
    gone_at timestamptz,
    primary key (organization_id, external_id)
  )`,
  `create index directory_users_by_name on directory_users (organization_id, lower(user_principal_name), external_id)`,
  `create table directory_groups (
    organization_id uuid not null references organizations (id) on delete cascade,
    external_id text not null,
    display_name text not null,
    mail text,
    is_unified boolean not null,
    has_team boolean not null,
    first_seen_at timestamptz not null,
    gone_at timestamptz,
    primary key (organization_id, external_id)
  )`,
  `create table directory_members (
    organization_id uuid not null references organizations (id) on delete cascade,
    group_id text not null,
    user_id text not null,
    primary key (organization_id, group_id, user_id)
  )`,
  `create table directory_sites (
    organization_id uuid not null references organizations (id) on delete cascade,
    external_id text not null,
    name text not null,
    web_url text not null,
    first_seen_at timestamptz not null,
    gone_at timestamptz,
    primary key (organization_id, external_id)
  )`,
]

/** What is protected, when and for how long; and what the directory of an organization holds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
