/** Older versions of files, as Microsoft kept them, that lie beside a state of the file. */
import { sql } from 'kysely'
import type { OlderVersionView, Page, PageQuery } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { pageFrom } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import { decodeCursor } from './cursor.ts'
import { findFile } from './files.ts'
import type { StoredItem } from './items.ts'

interface VersionRow {
  readonly size: string
  readonly modified_at: Date | null
  readonly modified_by: string | null
}

const versionsOf = (fileId: string) => sql`
  items, unnest(items.versions) with ordinality as named (id, place), file_versions
  where items.id = ${fileId} and file_versions.resource_id = items.resource_id
    and file_versions.external_id = items.external_id and file_versions.version_id = named.id`

/** Newest first. Throws `CAT_FILE_UNKNOWN`, `CAT_BAD_CURSOR`. */
export async function listFileVersions(
  db: Database,
  fileId: string,
  query: PageQuery,
): Promise<Page<OlderVersionView>> {
  await findFile(db, fileId)
  const limit = query.limit ?? 50
  const after = query.cursor === undefined ? 0 : Number(decodeCursor(query.cursor, ['integer'])[0])
  const { rows } = await sql<VersionRow & { version_id: string; place: string }>`
    select version_id, named.place, file_versions.size, modified_at, modified_by from ${versionsOf(fileId)}
      and named.place > ${after}
    order by named.place limit ${limit + 1}`.execute(db)
  return pageFrom(
    rows,
    limit,
    (row) => ({
      version: row.version_id,
      size: Number(row.size),
      modifiedAt: row.modified_at?.toISOString() ?? null,
      modifiedBy: row.modified_by,
    }),
    (row) => [Number(row.place)],
  )
}

/** The file as it was in an older version: its size, bytes and date. Throws `CAT_FILE_UNKNOWN`, `CAT_FILE_VERSION_UNKNOWN`. */
export async function findFileVersion(db: Database, fileId: string, version: string): Promise<StoredItem> {
  const file = await findFile(db, fileId)
  const { rows } = await sql<VersionRow & { sha256: string; content: string[] }>`
    select file_versions.size, file_versions.sha256, file_versions.content, modified_at, modified_by
    from ${versionsOf(fileId)} and named.id = ${version}`.execute(db)
  const [row] = rows
  if (!row) throw fail('CAT_FILE_VERSION_UNKNOWN', { version })
  const modifiedAt = row.modified_at?.toISOString() ?? null
  return {
    ...file,
    view: { ...file.view, size: Number(row.size), receivedAt: modifiedAt },
    sha256: row.sha256,
    content: row.content,
    // The hash is that of the file as it is now.
    metadata: {
      ...file.metadata,
      modifiedAt,
      modifiedBy: row.modified_by,
      hashCheck: 'absent',
      quickXorHash: null,
    },
  }
}
