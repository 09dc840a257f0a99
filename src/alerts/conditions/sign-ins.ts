/** Guessing of passwords: accounts that were closed by it, and many failures at once. */
import { createHash } from 'node:crypto'
import type { Condition } from '../alert-book.ts'
import { type Look, numberText, timeText } from './context.ts'

const hourMs = 3_600_000
const signIns = ['signIn', 'createAccessToken']

export const lookAtSignIns: Look = async ({ db, now, thresholds }) => {
  const blocked = await db
    .selectFrom('sign_in_throttles')
    .select(['account_key', 'failures', 'blocked_until'])
    .where('blocked_until', '>', new Date(now))
    .execute()
  const conditions: Condition[] = []
  if (blocked.length > 0) {
    const byKey = new Map(blocked.map((row) => [row.account_key.toString('hex'), row]))
    const operators = await db.selectFrom('operators').select(['id', 'user_name', 'user_name_key']).execute()
    for (const operator of operators) {
      const row = byKey.get(createHash('sha256').update(operator.user_name_key).digest('hex'))
      if (!row?.blocked_until) continue
      conditions.push({
        kind: 'account-locked',
        subject: operator.id,
        organizationId: null,
        title: `The account of ${operator.user_name} is locked`,
        detail: `${row.failures} wrong passwords; it opens again ${timeText(row.blocked_until)}.`,
        occurrence: operator.id,
        facts: { operatorId: operator.id, failures: row.failures },
      })
    }
  }
  const { failures, addresses } = await db
    .selectFrom('audit_entries')
    .select(({ fn }) => [
      fn.countAll<string>().as('failures'),
      fn.count<string>('address').distinct().as('addresses'),
    ])
    .where('action', 'in', signIns)
    .where('outcome', '=', 'refused')
    .where('at', '>', new Date(now - hourMs))
    .executeTakeFirstOrThrow()
  if (Number(failures) >= thresholds.failedSignInsPerHour) {
    conditions.push({
      kind: 'sign-in-failures',
      subject: 'server',
      organizationId: null,
      title: 'Many sign-ins to this server fail',
      detail: `More than ${numberText(thresholds.failedSignInsPerHour)} within an hour.`,
      occurrence: new Date(now).toISOString().slice(0, 13),
      facts: { addresses: Number(addresses) },
    })
  }
  return conditions
}
