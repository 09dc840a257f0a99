/** Addresses with which a customer's administrator authorizes without a console account. */
import type { Generated } from 'kysely'
import type { Timestamp, TimestampOrNull } from './organizations.ts'

export interface CustomerLinksTable {
  id: Generated<string>
  onboarding_id: string
  /** Who asks, in the words that the customer reads. */
  provider_name: string
  /** SHA-256 of the token in the address. It works until the link is opened. */
  token_hash: Buffer
  /** SHA-256 of the session's token of the browser that opened it. */
  session_hash: Buffer | null
  created_by: string
  created_at: Timestamp
  expires_at: Timestamp
  opened_at: TimestampOrNull
  session_expires_at: TimestampOrNull
  revoked_at: TimestampOrNull
}

export interface CustomerLinkTables {
  customer_links: CustomerLinksTable
}
