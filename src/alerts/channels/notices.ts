/** What each channel is to be told of an alert; the rules of the channel decide. */
import type { Selectable, Transaction } from 'kysely'
import type { AlertKind, ChannelRules } from '../../contract/index.ts'
import type { DatabaseSchema } from '../../database/index.ts'
import { isAtLeast } from '../catalogue.ts'

type Row = Selectable<DatabaseSchema['alerts']>

/** Within the transaction that changes the alert. */
export async function noteFor(
  transaction: Transaction<DatabaseSchema>,
  alert: Row,
  event: 'raised' | 'again' | 'resolved',
  now: Date,
): Promise<void> {
  const channels = await transaction
    .selectFrom('alert_channels')
    .select(['id', 'rules'])
    .where('enabled', '=', true)
    .execute()
  const told = channels.filter(({ id, rules }) => concerns(id, rules as ChannelRules, alert))
  if (told.length === 0) return
  await transaction
    .insertInto('alert_notices')
    .values(
      told.map(({ id }) => ({
        channel_id: id,
        alert_id: alert.id,
        event,
        severity: alert.severity,
        title: alert.title,
        detail: alert.detail,
        created_at: now,
      })),
    )
    .execute()
}

function concerns(channelId: string, rules: ChannelRules, alert: Row): boolean {
  // Through a channel that does not work nobody learns that it does not.
  if (alert.kind === 'channel-failing' && alert.subject === channelId) return false
  if (!isAtLeast(alert.severity, rules.severity)) return false
  if (rules.kinds !== null && !rules.kinds.includes(alert.kind as AlertKind)) return false
  return (
    rules.organizationIds === null ||
    (alert.organization_id !== null && rules.organizationIds.includes(alert.organization_id))
  )
}
