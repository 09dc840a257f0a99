import { type Kysely, sql } from 'kysely'

const statements = [
  `create table credential_rotations (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references organizations (id) on delete cascade,
    state text not null check (state in ('adding', 'proving', 'settling', 'removing', 'finished', 'failed', 'cancelled')),
    trigger text not null check (trigger in ('operator', 'automatic')),
    requested_by uuid,
    epoch integer not null default 0,
    application_object_id text not null,
    credential_id uuid,
    credential_sealed bytea,
    credential_key_id text,
    credential_expires_at timestamptz,
    certificate_pem text,
    certificate_thumbprint text,
    add_requested boolean not null default false,
    old_credential_id uuid not null,
    old_credential_sealed bytea,
    old_credential_key_id text,
    old_credential_expires_at timestamptz,
    old_certificate_pem text not null,
    proofs integer not null default 0,
    tries integer not null default 0,
    since timestamptz not null,
    next_try_at timestamptz,
    detail text,
    notice text,
    error jsonb,
    leftovers jsonb not null default '[]',
    created_at timestamptz not null,
    finished_at timestamptz
  )`,
  `create index credential_rotations_newest on credential_rotations (organization_id, created_at desc, id desc)`,
  // Two at once would each take the other's old certificate for its own.
  `create unique index credential_rotations_one on credential_rotations (organization_id) where state in ('adding', 'proving', 'settling')`,
  `alter table organizations alter column application_object_id drop not null`,
]

/** Replacing a certificate by a new one, step by step; `schema/credential-rotations.ts` says what each column means. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
