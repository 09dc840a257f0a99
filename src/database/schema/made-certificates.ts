/** Certificates made here for an organization, until somebody has uploaded their public part and they are put into use. */
import type { ColumnType } from 'kysely'

type Timestamp = ColumnType<Date, Date, Date>

export interface MadeCertificatesTable {
  organization_id: string
  /** The private key is sealed under `credential:<credential_id>`. */
  credential_id: string
  credential_sealed: Buffer
  credential_expires_at: Timestamp
  certificate_pem: string
  certificate_thumbprint: string
  created_at: Timestamp
}
