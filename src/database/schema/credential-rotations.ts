/** The table of replacing certificates by new ones. */
import type { ColumnType, Generated } from 'kysely'
import type { NullableTimestamp } from './backups.ts'

type Timestamp = ColumnType<Date, Date, Date>

export interface CredentialRotationsTable {
  id: Generated<string>
  organization_id: string
  state: 'adding' | 'proving' | 'settling' | 'removing' | 'finished' | 'failed' | 'cancelled'
  trigger: 'operator' | 'automatic'
  requested_by: string | null
  /** Rises with each process that takes the rotation up; writes of an earlier one are refused. */
  epoch: Generated<number>
  application_object_id: string
  /** The new certificate: its key is sealed here until the organization has it, under `credential:<credential_id>`. */
  credential_id: string | null
  credential_sealed: Buffer | null
  /** Microsoft's id of the new certificate; null until it has answered, and for good when its answer was lost. */
  credential_key_id: string | null
  credential_expires_at: NullableTimestamp
  certificate_pem: string | null
  certificate_thumbprint: string | null
  /** Written before Microsoft is asked to add the certificate: afterwards it may be there. */
  add_requested: Generated<boolean>
  /** The certificate that is replaced: its key is kept sealed here from the switch until the new one has settled. */
  old_credential_id: string
  old_credential_sealed: Buffer | null
  old_credential_key_id: string | null
  old_credential_expires_at: NullableTimestamp
  old_certificate_pem: string
  /** Sign-ins in a row with the new certificate that succeeded in this state. */
  proofs: Generated<number>
  /** Tries in this state that failed. */
  tries: Generated<number>
  /** Start of this state. */
  since: Timestamp
  next_try_at: NullableTimestamp
  /** Why it waits, in words. */
  detail: string | null
  /** What is to be known of the result, in words. */
  notice: string | null
  /** As a Problem. */
  error: ColumnType<unknown, string | null | undefined, string | null>
  /** What is left in the tenant, a sentence each. */
  leftovers: ColumnType<string[], string | undefined, string>
  created_at: ColumnType<Date, Date, never>
  finished_at: NullableTimestamp
}
