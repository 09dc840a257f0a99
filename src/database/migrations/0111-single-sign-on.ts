import { type Kysely, sql } from 'kysely'

/** Signing in through a provider of OpenID Connect: its settings, who is known there as whom, and sign-ins under way. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table single_sign_on (
    only_one boolean primary key default true check (only_one),
    enabled boolean not null,
    name text not null,
    issuer text not null,
    client_id text not null,
    client_secret_sealed bytea,
    scopes text not null,
    role_claim text not null,
    mappings jsonb not null,
    unknown_operators text not null check (unknown_operators in ('refuse', 'by-mapping')),
    passwords_for_owners_only boolean not null,
    session_hours integer not null,
    updated_at timestamptz not null
  )`.execute(db)
  await sql`create table operator_identities (
    operator_id uuid primary key references operators(id) on delete cascade,
    issuer text not null,
    subject text not null,
    label text not null,
    linked_at timestamptz not null,
    last_used_at timestamptz,
    unique (issuer, subject)
  )`.execute(db)
  await sql`create table single_sign_on_attempts (
    state_hash bytea primary key,
    browser_hash bytea not null,
    secrets_sealed bytea not null,
    issuer text not null,
    redirect_uri text not null,
    return_to text not null,
    purpose text not null check (purpose in ('sign-in', 'link', 'invitation')),
    operator_id uuid references operators(id) on delete cascade,
    expires_at timestamptz not null
  )`.execute(db)
  // Whoever signs in elsewhere needs no password here.
  await sql`alter table operators
    drop constraint active_operators_have_a_password,
    add column role_from_provider boolean not null default false`.execute(db)
  await sql`alter table sessions add column single_sign_on boolean not null default false`.execute(db)
}
