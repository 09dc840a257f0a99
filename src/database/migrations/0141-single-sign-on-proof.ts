import { type Kysely, sql } from 'kysely'

/** Who has single sign-on alone proves themselves by signing in there anew: it counts for the one session that asked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table sessions add column proved_at timestamptz`.execute(db)
  await sql`alter table single_sign_on_attempts
    drop constraint single_sign_on_attempts_purpose_check,
    add constraint single_sign_on_attempts_purpose_check
      check (purpose in ('sign-in', 'link', 'invitation', 'proof')),
    add column session_id uuid references sessions(id) on delete cascade`.execute(db)
}
