import { type Kysely, sql } from 'kysely'

const statements = [
  `create table alerts (
    id uuid primary key default gen_random_uuid(),
    kind text not null,
    subject text not null,
    organization_id uuid references organizations (id) on delete cascade,
    severity text not null check (severity in ('information', 'warning', 'critical')),
    title text not null,
    detail text not null,
    facts jsonb not null default '{}',
    occurrence text not null,
    count integer not null default 1,
    first_at timestamptz not null,
    last_at timestamptz not null,
    resolved_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    acknowledged_reason text
  )`,
  // One open alert for a cause.
  `create unique index alerts_open on alerts (kind, subject) where resolved_at is null`,
  `create index alerts_newest on alerts (last_at desc, id desc)`,
  `create index alerts_by_organization on alerts (organization_id, last_at desc)`,
  `create table alert_channels (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    kind text not null check (kind in ('email', 'webhook', 'teams', 'slack')),
    enabled boolean not null,
    place jsonb not null,
    secrets_sealed bytea,
    rules jsonb not null,
    digest_day text,
    last_sent_at timestamptz,
    last_error jsonb,
    failing_since timestamptz,
    created_at timestamptz not null
  )`,
  `create table alert_messages (
    id uuid primary key default gen_random_uuid(),
    channel_id uuid not null references alert_channels (id) on delete cascade,
    purpose text not null check (purpose in ('alerts', 'digest')),
    content jsonb not null,
    state text not null check (state in ('waiting', 'sent', 'given-up')),
    attempts integer not null default 0,
    created_at timestamptz not null,
    due_at timestamptz not null,
    lease_until timestamptz,
    ended_at timestamptz,
    error jsonb
  )`,
  `create index alert_messages_due on alert_messages (due_at) where state = 'waiting'`,
  `create index alert_messages_by_channel on alert_messages (channel_id, created_at)`,
  `create table alert_notices (
    id bigint generated always as identity primary key,
    channel_id uuid not null references alert_channels (id) on delete cascade,
    alert_id uuid not null references alerts (id) on delete cascade,
    event text not null check (event in ('raised', 'again', 'resolved')),
    severity text not null,
    title text not null,
    detail text not null,
    created_at timestamptz not null,
    message_id uuid references alert_messages (id) on delete cascade
  )`,
  `create index alert_notices_waiting on alert_notices (channel_id, id) where message_id is null`,
  `create index alert_notices_by_message on alert_notices (message_id)`,
]

/** Alerts, where they are sent to, and what is on its way; `schema/alerts.ts` says what each column means. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
