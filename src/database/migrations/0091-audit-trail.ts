import { type Kysely, sql } from 'kysely'

/** Who did what: entries that are only ever added, each bound to the one before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table audit_entries (
    sequence bigint primary key,
    at timestamptz not null,
    actor_kind text not null check (actor_kind in ('operator', 'customer', 'nobody')),
    operator_id uuid,
    actor_name text not null,
    role text,
    address text not null,
    action text not null,
    organization_id uuid,
    outcome text not null check (outcome in ('done', 'refused', 'failed')),
    status integer not null,
    details text not null,
    mac bytea not null
  )`.execute(db)
  await sql`create index audit_entries_at on audit_entries (at)`.execute(db)
  await sql`create index audit_entries_operator on audit_entries (operator_id, sequence)`.execute(db)
  await sql`create index audit_entries_organization on audit_entries (organization_id, sequence)`.execute(db)
  await sql`create index audit_entries_action on audit_entries (action, sequence)`.execute(db)
  await sql`create table audit_head (
    only_one boolean primary key default true check (only_one),
    sequence bigint not null,
    mac bytea not null,
    head_mac bytea not null
  )`.execute(db)
  // Against slips of the program; who may change the database's rules is found out by the codes.
  await sql`create function refuse_audit_change() returns trigger language plpgsql as
    $$ begin raise exception 'entries of the audit trail are never changed or removed'; end $$`.execute(db)
  await sql`create trigger audit_entries_stay before update or delete or truncate on audit_entries
    for each statement execute function refuse_audit_change()`.execute(db)
}
