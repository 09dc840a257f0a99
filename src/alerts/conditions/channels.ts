/** Channels whose messages do not arrive: told through the others, and in the console. */
import { type Look, timeText } from './context.ts'

const patienceMs = 15 * 60_000

export const lookAtChannels: Look = async ({ db, now }) => {
  const rows = await db
    .selectFrom('alert_channels')
    .select(['id', 'name', 'failing_since', 'last_error'])
    .where('enabled', '=', true)
    .where('failing_since', '<=', new Date(now - patienceMs))
    .execute()
  return rows.map(({ id, name, failing_since, last_error }) => ({
    kind: 'channel-failing' as const,
    subject: id,
    organizationId: null,
    title: `Alerts do not arrive at ${name}`,
    detail: `Since ${failing_since ? timeText(failing_since) : ''}: ${last_error?.title ?? ''}`,
    occurrence: failing_since?.toISOString() ?? '',
  }))
}
