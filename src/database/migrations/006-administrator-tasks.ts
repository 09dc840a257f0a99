import { type Kysely, sql } from 'kysely'

const statements = [
  `create table administrator_tasks (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null,
    organization_name text not null,
    operator_id uuid not null,
    cloud text not null,
    kind text not null,
    input jsonb not null,
    state text not null,
    tenant jsonb not null,
    account jsonb,
    account_ids jsonb not null default '[]',
    granted_by text,
    approval jsonb,
    changes jsonb not null default '[]',
    steps jsonb not null default '[]',
    granted jsonb not null default '[]',
    replaced jsonb,
    notice text,
    error jsonb,
    outcome jsonb,
    application_requested boolean not null default false,
    unique_name text not null unique,
    application_object_id text,
    application_id text,
    service_principal_id text,
    requested_credential text not null,
    credential_id uuid,
    credential_kind text not null,
    credential_sealed bytea,
    credential_key_id text,
    credential_expires_at timestamptz,
    certificate_pem text,
    certificate_thumbprint text,
    credential_notice text,
    cleanup text not null default 'none',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    expires_at timestamptz not null
  )`,
  `create index administrator_tasks_by_organization on administrator_tasks (organization_id, created_at desc, id desc)`,
  // Two administrators at once: one changes the tenant, the other is told.
  `create unique index administrator_tasks_running on administrator_tasks (organization_id) where state = 'running'`,

  // A sign-in is for an onboarding or for a task.
  `alter table sign_ins alter column onboarding_id drop not null`,
  `alter table sign_ins add column task_id uuid references administrator_tasks (id) on delete cascade`,
  `alter table sign_ins add constraint sign_ins_subject check (num_nonnulls(onboarding_id, task_id) = 1)`,

  `alter table organizations add column restore_rights_until timestamptz`,
  `alter table organizations add column write_granted boolean not null default false`,
  `update organizations set write_granted = restore_rights`,
]

/** What an administrator signs in for after an organization was added, and restore rights that end. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
