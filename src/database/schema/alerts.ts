/** Tables of alerts. The shapes in JSON columns are those of the contract, or of `src/alerts` where they are not shown. */
import type { ColumnType, Generated } from 'kysely'
import type { Json, JsonOrNull, ProblemJson, TimestampOrNull } from './organizations.ts'

export type AlertSeverityColumn = 'information' | 'warning' | 'critical'
type WrittenOnce = ColumnType<Date, Date, never>

export interface AlertsTable {
  id: Generated<string>
  /** Of the catalogue in `src/alerts/catalogue.ts`. */
  kind: string
  /** What it is about: an organization, an account, the vault. With the kind it names the open alert. */
  subject: string
  /** Null: of the server. */
  organization_id: string | null
  severity: AlertSeverityColumn
  title: string
  detail: string
  /** What programs may want to know of it: ids, numbers. */
  facts: Json<Record<string, unknown>>
  /** Names what happened last; another one counts as one more time. */
  occurrence: string
  count: ColumnType<number, number | undefined, number>
  first_at: WrittenOnce
  last_at: ColumnType<Date, Date, Date>
  resolved_at: TimestampOrNull
  acknowledged_at: TimestampOrNull
  /** User name, as it was then. */
  acknowledged_by: string | null
  acknowledged_reason: string | null
}

export interface AlertChannelsTable {
  id: Generated<string>
  name: string
  kind: 'email' | 'webhook' | 'teams' | 'slack'
  enabled: boolean
  /** Where to, without anything secret. */
  place: Json<unknown>
  /** Password, client secret, address of a webhook, key of its signature: sealed with context `alert-channel:<id>`. */
  secrets_sealed: Buffer | null
  rules: Json<unknown>
  /** Day (2026-11-30), in the channel's zone, for which the digest is made already. */
  digest_day: ColumnType<string | null, string | null | undefined, string | null>
  last_sent_at: TimestampOrNull
  last_error: JsonOrNull<ProblemJson>
  /** Of the tries that did not succeed since the last that did. */
  failing_since: TimestampOrNull
  created_at: WrittenOnce
}

export interface AlertMessagesTable {
  /** Is sent along: who gets a message twice can tell by it. */
  id: Generated<string>
  channel_id: string
  purpose: 'alerts' | 'digest'
  content: Json<unknown>
  state: 'waiting' | 'sent' | 'given-up'
  attempts: ColumnType<number, number | undefined, number>
  created_at: WrittenOnce
  due_at: ColumnType<Date, Date, Date>
  /** Somebody is sending it until then. */
  lease_until: TimestampOrNull
  ended_at: TimestampOrNull
  error: JsonOrNull<ProblemJson>
}

/** Something that a channel is to be told; several go into one message. */
export interface AlertNoticesTable {
  id: ColumnType<string, never, never>
  channel_id: string
  alert_id: string
  event: 'raised' | 'again' | 'resolved'
  /** As it was then. */
  severity: AlertSeverityColumn
  title: string
  detail: string
  created_at: WrittenOnce
  /** Null: not yet in a message. */
  message_id: string | null
}

/** What changed in a mailbox on a day (UTC), as the runs that ended on it found; the ransomware alarm compares with it. */
export interface DailyChangesTable {
  resource_id: string
  /** Days since 1970-01-01. */
  day: ColumnType<number, number, never>
  /** Mails in it before the first run of the day. */
  items_before: number
  created: number
  /** Mails whose content became another one. */
  changed: number
  removed: number
  /** Days that the runs look back on, where it is more than one. */
  days: number
}

export interface MeasuredRunsTable {
  run_id: string
  measured_at: WrittenOnce
  /** Null until it was looked at for an alarm. */
  judged_at: TimestampOrNull
}

export interface AlertTables {
  alerts: AlertsTable
  alert_channels: AlertChannelsTable
  alert_messages: AlertMessagesTable
  alert_notices: AlertNoticesTable
  daily_changes: DailyChangesTable
  measured_runs: MeasuredRunsTable
}
