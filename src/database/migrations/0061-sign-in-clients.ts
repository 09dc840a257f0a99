import { type Kysely, sql } from 'kysely'

const statements = [
  `create table sign_in_clients (
    cloud text primary key,
    client_id text,
    home_tenant text,
    credential_id uuid,
    credential_kind text not null,
    credential_sealed bytea,
    credential_key_id text,
    credential_expires_at timestamptz,
    certificate_pem text,
    certificate_thumbprint text,
    pending_id uuid,
    pending_sealed bytea,
    pending_pem text,
    pending_thumbprint text,
    pending_expires_at timestamptz,
    test jsonb,
    updated_at timestamptz not null,
    updated_by uuid not null
  )`,
]

/** The operator's own applications through which administrators sign in. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
