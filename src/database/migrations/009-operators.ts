import { type Kysely, sql } from 'kysely'

/** Several operators: what each may do and reaches, and the links by which they choose their passwords. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Whoever was there before roles could do everything.
  await sql`alter table operators
    alter column password_hash drop not null,
    add column role text not null default 'owner'
      check (role in ('owner', 'administrator', 'backup-operator', 'restore-operator', 'auditor')),
    add column state text not null default 'active' check (state in ('invited', 'active', 'disabled')),
    add column reaches_everything boolean not null default true,
    add column last_sign_in_at timestamptz,
    add constraint active_operators_have_a_password check (state <> 'active' or password_hash is not null),
    add constraint owners_reach_everything check (role <> 'owner' or reaches_everything)`.execute(db)
  await sql`alter table operators alter column role drop default`.execute(db)
  // Gone with the organization or the mailbox: nobody reaches more by that.
  await sql`create table operator_reach (
    operator_id uuid not null references operators(id) on delete cascade,
    organization_id uuid not null references organizations(id) on delete cascade,
    resource_id uuid references resources(id) on delete cascade
  )`.execute(db)
  await db.schema
    .createIndex('operator_reach_operator_id')
    .on('operator_reach')
    .column('operator_id')
    .execute()
  await db.schema
    .createIndex('operator_reach_organization_id')
    .on('operator_reach')
    .column('organization_id')
    .execute()
  await db.schema
    .createIndex('operator_reach_resource_id')
    .on('operator_reach')
    .column('resource_id')
    .execute()
  await sql`create table operator_links (
    operator_id uuid primary key references operators(id) on delete cascade,
    token_hash bytea not null unique,
    expires_at timestamptz not null
  )`.execute(db)
}
