import { type Kysely, sql } from 'kysely'

const statements = [
  `create table restores (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references organizations (id),
    requested_by uuid,
    state text not null default 'queued' check (state in ('queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled')),
    folder_kind text not null check (folder_kind in ('dated', 'original', 'named')),
    folder_name text not null,
    lease_owner text,
    lease_until timestamptz,
    cancel_requested boolean not null default false,
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    error jsonb
  )`,
  `create index restores_by_organization on restores (organization_id, created_at desc, id)`,
  `create table restore_items (
    restore_id uuid not null references restores (id) on delete cascade,
    item_id uuid not null references items (id),
    position integer not null,
    state text not null check (state in ('waiting', 'creating', 'restored', 'already-there', 'failed')),
    message_id text,
    reason text,
    primary key (restore_id, position)
  )`,
  `create table exports (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references organizations (id),
    operator_id uuid not null,
    selection jsonb not null,
    items integer not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
  )`,
  // In the order in which lists are read: mails without a date come last.
  `create index items_listed_by_folder on items (folder_id, (coalesce(received_at, '-infinity'::timestamptz)) desc, id desc)`,
  `create index items_listed_by_mailbox on items (resource_id, (coalesce(received_at, '-infinity'::timestamptz)) desc, id desc)`,
]

/** Tables of restoring and exporting; `schema/restores.ts` says what each column means. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
