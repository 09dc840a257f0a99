import { sql } from 'kysely'
import type { Database } from '../database/index.ts'
import { guarded, type RunGuard, textArray } from './run-guard.ts'

/** Microsoft's ids of the folders that the round under way said are gone. */
export async function goneFolders(db: Database, resourceId: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('gone_folders')
    .select('external_id')
    .where('resource_id', '=', resourceId)
    .execute()
  return new Set(rows.map((row) => row.external_id))
}

/** Replaces them; to be done before the position that passed them is recorded. @throws CAT_RUN_TAKEN_OVER */
export async function stageGoneFolders(
  db: Database,
  guard: RunGuard,
  resourceId: string,
  externalIds: readonly string[],
): Promise<void> {
  await guarded(db, guard, async (transaction) => {
    await sql`
      delete from gone_folders where resource_id = ${resourceId} and external_id <> all(${textArray(externalIds)})
    `.execute(transaction)
    await sql`
      insert into gone_folders (resource_id, external_id)
      select ${resourceId}, unnest(${textArray(externalIds)}) on conflict do nothing
    `.execute(transaction)
  })
}
