/** Restores that ended. */
import type { Condition } from '../alert-book.ts'
import { type Look, timeText } from './context.ts'

const failedForMs = 7 * 86_400_000
const finishedForMs = 86_400_000

export const lookAtRestores: Look = async ({ db, now }) => {
  const rows = await db
    .selectFrom('restores')
    .innerJoin('organizations', 'organizations.id', 'restores.organization_id')
    .select(['restores.id', 'organization_id', 'restores.state', 'finished_at', 'name'])
    .where('finished_at', '>', new Date(now - failedForMs))
    .where('restores.state', 'in', ['succeeded', 'partial', 'failed'])
    .orderBy('finished_at', 'desc')
    .limit(1000)
    .execute()
  return rows.flatMap((row): Condition[] => {
    const ended = row.finished_at
    if (ended === null) return []
    const about = {
      subject: row.id,
      organizationId: row.organization_id,
      occurrence: row.id,
      detail: `It ended ${timeText(ended)}.`,
      facts: { restoreId: row.id },
    }
    if (row.state !== 'succeeded') {
      const title = `A restore in ${row.name} ${row.state === 'failed' ? 'failed' : 'did not bring back everything'}`
      return [{ ...about, kind: 'restore-failed', title }]
    }
    if (now - ended.getTime() > finishedForMs) return []
    return [{ ...about, kind: 'restore-finished', title: `A restore in ${row.name} finished` }]
  })
}
