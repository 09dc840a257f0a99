import { type Kysely, sql } from 'kysely'

/** Second factors of operators: an authenticator app, recovery codes, and the sign-in between password and second step. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // What is being set up stands beside what is in use, until a code has shown that the app has it.
  await sql`create table authenticators (
    operator_id uuid primary key references operators(id) on delete cascade,
    sealed bytea,
    last_step bigint not null default -1,
    enrolled_at timestamptz,
    pending_sealed bytea,
    pending_until timestamptz,
    check ((sealed is null) = (enrolled_at is null)),
    check ((pending_sealed is null) = (pending_until is null))
  )`.execute(db)
  await sql`create table recovery_codes (
    operator_id uuid not null references operators(id) on delete cascade,
    code_hash bytea not null,
    primary key (operator_id, code_hash)
  )`.execute(db)
  await sql`create table pending_sign_ins (
    token_hash bytea primary key,
    kind text not null check (kind in ('cookie', 'bearer')),
    operator_id uuid not null references operators(id) on delete cascade,
    expires_at timestamptz not null
  )`.execute(db)
  await db.schema
    .createIndex('pending_sign_ins_operator_id')
    .on('pending_sign_ins')
    .column('operator_id')
    .execute()
}
