import { type Kysely, sql } from 'kysely'

const statements = [
  `create table customer_links (
    id uuid primary key default gen_random_uuid(),
    onboarding_id uuid not null references onboardings (id) on delete cascade,
    provider_name text not null,
    token_hash bytea not null unique,
    session_hash bytea unique,
    created_by uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    opened_at timestamptz,
    session_expires_at timestamptz,
    revoked_at timestamptz
  )`,
  `create index customer_links_newest on customer_links (created_at desc, id desc)`,
  // As long as a customer may still come, nobody moving the onboarding does not end it.
  `alter table onboardings add column waits_until timestamptz, add column customer_session text`,
]

/** Addresses with which a customer's administrator authorizes without a console account. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
