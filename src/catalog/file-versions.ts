import type { Database } from '../database/index.ts'
import type { StagedVersion } from './stage-checkpoint.ts'

/** The older versions of a file that were fetched at any time, by Microsoft's id of the version. */
export async function storedVersions(
  db: Database,
  resourceId: string,
  externalId: string,
): Promise<Map<string, StagedVersion>> {
  const rows = await db
    .selectFrom('file_versions')
    .selectAll()
    .where('resource_id', '=', resourceId)
    .where('external_id', '=', externalId)
    .execute()
  return new Map(
    rows.map((row) => [
      row.version_id,
      {
        externalId,
        id: row.version_id,
        size: Number(row.size),
        sha256: row.sha256,
        content: row.content,
        modifiedAt: row.modified_at?.getTime() ?? null,
        modifiedBy: row.modified_by,
      },
    ]),
  )
}
