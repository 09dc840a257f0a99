import { type Kysely, sql } from 'kysely'

/** Tokens that operators make for programs, each with a role of its own and perhaps limited to organizations. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table api_tokens (
    id uuid primary key,
    operator_id uuid not null references operators(id) on delete cascade,
    name text not null,
    token_hash bytea not null unique,
    role text not null
      check (role in ('owner', 'administrator', 'backup-operator', 'restore-operator', 'auditor')),
    reaches_everything boolean not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    last_used_at timestamptz
  )`.execute(db)
  await sql`create index api_tokens_operator on api_tokens (operator_id, created_at, id)`.execute(db)
  await sql`create index api_tokens_created_at on api_tokens (created_at, id)`.execute(db)
  // Gone with the organization: no token reaches more by that.
  await sql`create table api_token_reach (
    token_id uuid not null references api_tokens(id) on delete cascade,
    organization_id uuid not null references organizations(id) on delete cascade,
    primary key (token_id, organization_id)
  )`.execute(db)
  await sql`create index api_token_reach_organization on api_token_reach (organization_id)`.execute(db)
}
