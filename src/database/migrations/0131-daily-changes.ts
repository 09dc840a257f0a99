import { type Kysely, sql } from 'kysely'

const statements = [
  `create table daily_changes (
    resource_id uuid not null references resources (id) on delete cascade,
    day integer not null,
    items_before integer not null,
    created integer not null,
    changed integer not null,
    removed integer not null,
    days real not null,
    primary key (resource_id, day)
  )`,
  `create table measured_runs (
    run_id uuid primary key references runs (id) on delete cascade,
    measured_at timestamptz not null,
    judged_at timestamptz
  )`,
]

/** How much changes in each mailbox on each day, which the ransomware alarm compares with. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
