import type { Database } from '../database/index.ts'

export interface Retry {
  readonly externalId: string
  readonly folderId: string | null
  readonly subject: string
  readonly outcome: 'retry' | 'permanent' | 'skipped'
  readonly attempts: number
  readonly code: string
  readonly reason: string
  readonly changeKey: string
  /** Sequence of the run that tried last. */
  readonly lastSequence: number
}

/** Items of a mailbox that earlier runs could not store: a page of at most `limit`, after the id `after`. */
export async function retriesOf(
  db: Database,
  resourceId: string,
  after: string,
  limit: number,
): Promise<Retry[]> {
  const rows = await db
    .selectFrom('retries')
    .selectAll()
    .where('resource_id', '=', resourceId)
    .where('external_id', '>', after)
    .orderBy('external_id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    externalId: row.external_id,
    folderId: row.folder_id,
    subject: row.subject,
    outcome: row.outcome,
    attempts: row.attempts,
    code: row.code,
    reason: row.reason,
    changeKey: row.change_key,
    lastSequence: row.last_sequence,
  }))
}
