import type { Database } from '../../database/index.ts'
import { fail } from '../errors.ts'

/**
 * The restore point to read: the newest published run of the organization, or the one asked for.
 * Answers 0 when nothing has been published yet. Throws `CAT_RESTORE_POINT_UNKNOWN`.
 */
export async function restorePoint(db: Database, organizationId: string, at?: number): Promise<number> {
  const head = await db
    .selectFrom('repositories')
    .select('head_sequence')
    .where('organization_id', '=', organizationId)
    .executeTakeFirst()
  const newest = head?.head_sequence ?? 0
  if (at === undefined || at === newest) return newest
  const run = await db
    .selectFrom('runs')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('sequence', '=', at)
    .where('snapshot_id', 'is not', null)
    .where('forgotten_at', 'is', null)
    .where('state', 'in', ['succeeded', 'partial'])
    .executeTakeFirst()
  if (!run || at > newest) throw fail('CAT_RESTORE_POINT_UNKNOWN', { run: at })
  return at
}
