import { type Kysely, sql } from 'kysely'

const statements = [
  `create table made_certificates (
    organization_id uuid primary key references organizations (id) on delete cascade,
    credential_id uuid not null,
    credential_sealed bytea not null,
    credential_expires_at timestamptz not null,
    certificate_pem text not null,
    certificate_thumbprint text not null,
    created_at timestamptz not null
  )`,
]

/** Certificates made here that wait until somebody has uploaded their public part. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
