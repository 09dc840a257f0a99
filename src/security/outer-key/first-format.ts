/**
 * Values sealed in version 1 are brought to version 2 once, when a server of today first meets a database of before: their wrapping
 * is bound to a context, which is known for the columns that existed then. New columns never hold version 1.
 */
import { sql } from 'kysely'
import type { Database } from '../../database/index.ts'
import type { SecretBox } from '../secret-box.ts'

/** Table, column, and the context's prefix and column. */
const columns: readonly (readonly [table: string, column: string, prefix: string, name: string])[] = [
  ['settings', 'sealed', 'setting', 'name'],
  ['sign_ins', 'sealed', 'sign-in', 'state_hash'],
  ['repositories', 'password_sealed', 'repository', 'id'],
  ['onboardings', 'credential_sealed', 'credential', 'credential_id'],
  ['organizations', 'credential_sealed', 'credential', 'credential_id'],
  ['administrator_tasks', 'credential_sealed', 'credential', 'credential_id'],
  ['sign_in_clients', 'credential_sealed', 'credential', 'credential_id'],
  ['sign_in_clients', 'pending_sealed', 'credential', 'pending_id'],
  ['credential_rotations', 'credential_sealed', 'credential', 'credential_id'],
  ['credential_rotations', 'old_credential_sealed', 'credential', 'old_credential_id'],
  ['made_certificates', 'credential_sealed', 'credential', 'credential_id'],
]

/** Throws SEC_SECRET_UNREADABLE for a value that the key does not open; those before are kept. */
export async function leaveFirstFormat(db: Database, box: SecretBox): Promise<void> {
  for (const [table, column, prefix, name] of columns) {
    const { rows } = await sql<{ place: string; sealed: Buffer; name: string }>`
      select ctid::text as place, ${sql.ref(column)} as sealed, ${sql.ref(name)}::text as name
      from ${sql.table(table)} where substring(${sql.ref(column)} from 1 for 1) = ${Buffer.from([1])}`.execute(
      db,
    )
    for (const row of rows) {
      const context = `${prefix}:${row.name}`
      await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${box.seal(box.open(row.sealed, context), context)}
        where ctid = ${row.place}::tid and ${sql.ref(column)} = ${row.sealed}`.execute(db)
    }
  }
}
