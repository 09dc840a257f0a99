import type { Database } from '../database/index.ts'

/** Open items of one month of a folder by bucket. */
export async function bucketCounts(
  db: Database,
  folderId: string,
  month: string,
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('items')
    .select(({ fn }) => ['bucket', fn.countAll<number>().as('count')])
    .where('folder_id', '=', folderId)
    .where((where) => where.or([where('bucket', '=', month), where('bucket', 'like', `${month}-%`)]))
    .where('valid_to', 'is', null)
    .groupBy('bucket')
    .execute()
  return new Map(rows.map((row) => [row.bucket, Number(row.count)]))
}

/** Buckets of a resource, by folder, in which something began or ended with this sequence. */
export async function dirtyBuckets(
  db: Database,
  resourceId: string,
  sequence: number,
): Promise<Map<string, Set<string>>> {
  const began = db
    .selectFrom('items')
    .select(['folder_id', 'bucket'])
    .where('resource_id', '=', resourceId)
    .where('valid_from', '=', sequence)
  const ended = db
    .selectFrom('items')
    .select(['folder_id', 'bucket'])
    .where('resource_id', '=', resourceId)
    .where('valid_to', '=', sequence)
  return byFolder(await began.union(ended).execute())
}

/** Every bucket of a resource that has items: for one that is not in the published tree yet. */
export async function allBuckets(db: Database, resourceId: string): Promise<Map<string, Set<string>>> {
  return byFolder(
    await db
      .selectFrom('items')
      .select(['folder_id', 'bucket'])
      .distinct()
      .where('resource_id', '=', resourceId)
      .where('valid_to', 'is', null)
      .execute(),
  )
}

function byFolder(rows: readonly { folder_id: string; bucket: string }[]): Map<string, Set<string>> {
  const buckets = new Map<string, Set<string>>()
  for (const { folder_id, bucket } of rows) {
    const known = buckets.get(folder_id)
    if (known) known.add(bucket)
    else buckets.set(folder_id, new Set([bucket]))
  }
  return buckets
}

export interface BucketRow {
  readonly externalId: string
  readonly fileName: string
  readonly size: number
  readonly sha256: string
  readonly content: readonly string[]
  readonly receivedAt: number | null
  readonly fingerprint: string
  readonly metadata: Record<string, unknown>
  readonly versionsTree: string | null
}

/** Open items of a folder by bucket, staged ones included. */
export async function folderBuckets(db: Database, folderId: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('items')
    .select(({ fn }) => ['bucket', fn.countAll<number>().as('count')])
    .where('folder_id', '=', folderId)
    .where('valid_to', 'is', null)
    .groupBy('bucket')
    .execute()
  return new Map(rows.map((row) => [row.bucket, Number(row.count)]))
}

/** The open items of one bucket, or of a folder for null, staged ones included. The caller knows that they are few thousand. */
export async function bucketItems(
  db: Database,
  folderId: string,
  bucket: string | null,
): Promise<BucketRow[]> {
  const rows = await db
    .selectFrom('items')
    .select([
      'external_id',
      'file_name',
      'size',
      'sha256',
      'content',
      'received_at',
      'fingerprint',
      'metadata',
      'versions_tree',
    ])
    .where('folder_id', '=', folderId)
    .$if(bucket !== null, (query) => query.where('bucket', '=', bucket ?? ''))
    .where('valid_to', 'is', null)
    .execute()
  return rows.map((row) => ({
    externalId: row.external_id,
    fileName: row.file_name,
    size: Number(row.size),
    sha256: row.sha256,
    content: row.content,
    receivedAt: row.received_at?.getTime() ?? null,
    fingerprint: row.fingerprint,
    metadata: row.metadata,
    versionsTree: row.versions_tree,
  }))
}
