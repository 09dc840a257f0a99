import { type Kysely, sql } from 'kysely'

/** Passkeys of operators (WebAuthn credentials), and the challenges that are out. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table passkeys (
    id uuid primary key,
    operator_id uuid not null references operators(id) on delete cascade,
    credential_id text not null unique,
    public_key bytea not null,
    counter bigint not null,
    transports text[] not null,
    rp_id text not null,
    name text not null,
    backed_up boolean not null,
    created_at timestamptz not null,
    last_used_at timestamptz
  )`.execute(db)
  await db.schema.createIndex('passkeys_operator_id').on('passkeys').column('operator_id').execute()
  await sql`create table passkey_challenges (
    challenge_hash bytea primary key,
    purpose text not null check (purpose in ('registration', 'sign-in', 'second-step', 'proof')),
    bound_to bytea not null,
    expires_at timestamptz not null
  )`.execute(db)
  await db.schema
    .createIndex('passkey_challenges_expires_at')
    .on('passkey_challenges')
    .column('expires_at')
    .execute()
}
