/**
 * Staging: what a run has stored so far becomes rows, invisible until the run is published.
 *
 * Order: the caller makes the content durable in the repository first (packs, then index); then one transaction writes rows,
 * delta positions and failed items together. So a position never passes an item that is neither stored nor noted as failed,
 * and after a crash the run goes on from the staged positions with nothing to roll back.
 *
 * Repeating a checkpoint changes nothing: versions of the same run replace each other, and an item has one open version (a
 * unique index says so).
 */
import { sql } from 'kysely'
import type { Database } from '../database/index.ts'
import { type CatalogTransaction, guarded, type RunGuard, textArray } from './run-guard.ts'

export interface StagedItem {
  readonly externalId: string
  readonly folderId: string
  readonly bucket: string
  readonly fileName: string
  readonly size: number
  readonly sha256: string
  readonly content: readonly string[]
  readonly changeKey: string
  readonly fingerprint: string
  readonly subject: string
  readonly fromName: string
  readonly fromAddress: string
  readonly receivedAt: number | null
  readonly sentAt: number | null
  readonly isRead: boolean
  readonly isDraft: boolean
  readonly flag: 'notFlagged' | 'flagged' | 'complete'
  readonly importance: string
  readonly hasAttachments: boolean
  readonly categories: readonly string[]
  readonly internetMessageId: string | null
  readonly people: object
  readonly metadata: object
  readonly searchText: string
  /** Older versions of a file that lie beside it: Microsoft's ids, newest first. */
  readonly versions?: readonly string[]
  /** The directory that holds them. */
  readonly versionsTree?: string | null
}

/** An older version of a file whose content is stored. */
export interface StagedVersion {
  /** Of the file. */
  readonly externalId: string
  readonly id: string
  readonly size: number
  readonly sha256: string
  readonly content: readonly string[]
  readonly modifiedAt: number | null
  readonly modifiedBy: string | null
}

export interface StagedPosition {
  /** `folders`, or a folder's external id. */
  readonly container: string
  /** null: enumerate from the beginning next time. */
  readonly link: string | null
  readonly roundDone: boolean
  readonly resync: boolean
  readonly heldSequence: number | null
}

export interface StagedFailure {
  readonly externalId: string
  readonly folderId: string | null
  readonly folderPath: string
  readonly subject: string
  readonly outcome: 'retry' | 'permanent' | 'skipped'
  readonly attempts: number
  readonly code: string
  readonly reason: string
  readonly changeKey: string
}

export interface ResourceCounts {
  readonly itemsStored: number
  readonly itemsUpdated: number
  readonly itemsRemoved: number
  readonly itemsFailed: number
  readonly itemsSkipped: number
  readonly itemsExpected: number | null
  readonly bytesRead: number
}

export interface Checkpoint {
  readonly resourceId: string
  readonly puts: readonly StagedItem[]
  readonly versions?: readonly StagedVersion[]
  /** External ids. */
  readonly removes: readonly string[]
  readonly positions: readonly StagedPosition[]
  readonly failures: readonly StagedFailure[]
  /** External ids of items that are no longer to be retried: stored, or gone. */
  readonly healed: readonly string[]
  /** Items met in a full enumeration after a lost position. */
  readonly enumerated: readonly { readonly folderId: string; readonly externalId: string }[]
  /** Folders whose enumeration is complete: what was met there is forgotten. */
  readonly enumerationDone: readonly string[]
  readonly counts: ResourceCounts
}

/** What the columns that only mails use hold for items of other workloads. */
export const noMail = {
  fromName: '',
  fromAddress: '',
  isRead: true,
  isDraft: false,
  flag: 'notFlagged',
  importance: 'normal',
  hasAttachments: false,
  categories: [],
  internetMessageId: null,
  people: { to: [], cc: [], bcc: [], replyTo: [] },
} as const satisfies Partial<StagedItem>

/** @throws CAT_RUN_TAKEN_OVER */
export async function stageCheckpoint(db: Database, guard: RunGuard, checkpoint: Checkpoint): Promise<void> {
  await guarded(db, guard, async (transaction) => {
    await stageItems(transaction, guard.sequence, checkpoint)
    await stageVersions(transaction, checkpoint)
    await stagePositions(transaction, checkpoint.resourceId, checkpoint.positions)
    await stageFailures(transaction, guard, checkpoint)
    await stageEnumerated(transaction, checkpoint)
    await recordCounts(transaction, guard.runId, checkpoint.resourceId, checkpoint.counts)
  })
}

async function stageItems(
  transaction: CatalogTransaction,
  sequence: number,
  { resourceId, puts, removes }: Checkpoint,
): Promise<void> {
  const changed = [...puts.map((item) => item.externalId), ...removes]
  if (changed.length > 0) await endVersions(transaction, resourceId, sequence, changed)
  if (puts.length === 0) return
  await sql`
    insert into items (resource_id, folder_id, external_id, valid_from, bucket, file_name, size, sha256, content, change_key,
      fingerprint, subject, from_name, from_address, received_at, sent_at, is_read, is_draft, flag, importance,
      has_attachments, categories, internet_message_id, people, metadata, search_text, versions, versions_tree)
    select ${resourceId}, "folderId", "externalId", ${sequence}, bucket, "fileName", size, sha256, content, "changeKey",
      fingerprint, subject, "fromName", "fromAddress", to_timestamp("receivedAt" / 1000.0), to_timestamp("sentAt" / 1000.0),
      "isRead", "isDraft", flag, importance, "hasAttachments", categories, "internetMessageId", people, metadata, "searchText",
      coalesce(versions, '{}'), "versionsTree"
    from jsonb_to_recordset(${JSON.stringify(puts)}::jsonb) as item (
      "folderId" uuid, "externalId" text, bucket text, "fileName" text, size bigint, sha256 text, content text[],
      "changeKey" text, fingerprint text, subject text, "fromName" text, "fromAddress" text, "receivedAt" bigint,
      "sentAt" bigint, "isRead" boolean, "isDraft" boolean, flag text, importance text, "hasAttachments" boolean,
      categories text[], "internetMessageId" text, people jsonb, metadata jsonb, "searchText" text, versions text[],
      "versionsTree" text)
  `.execute(transaction)
}

/** They belong to no run: what no state of a file names, nobody sees. One that was pruned may have been fetched anew. */
async function stageVersions(
  transaction: CatalogTransaction,
  { resourceId, versions = [] }: Checkpoint,
): Promise<void> {
  if (versions.length === 0) return
  await sql`
    insert into file_versions (resource_id, external_id, version_id, size, sha256, content, modified_at, modified_by)
    select ${resourceId}, "externalId", id, size, sha256, content, to_timestamp("modifiedAt" / 1000.0), "modifiedBy"
    from jsonb_to_recordset(${JSON.stringify(versions)}::jsonb) as version (
      "externalId" text, id text, size bigint, sha256 text, content text[], "modifiedAt" bigint, "modifiedBy" text)
    on conflict (resource_id, external_id, version_id) do update
      set size = excluded.size, sha256 = excluded.sha256, content = excluded.content
  `.execute(transaction)
}

/** Versions that this run staged earlier vanish; published ones end with this run. */
async function endVersions(
  transaction: CatalogTransaction,
  resourceId: string,
  sequence: number,
  externalIds: readonly string[],
): Promise<void> {
  await transaction
    .deleteFrom('items')
    .where('resource_id', '=', resourceId)
    .where(sql<boolean>`external_id = any(${textArray(externalIds)})`)
    .where('valid_from', '=', sequence)
    .execute()
  await transaction
    .updateTable('items')
    .set({ valid_to: sequence })
    .where('resource_id', '=', resourceId)
    .where(sql<boolean>`external_id = any(${textArray(externalIds)})`)
    .where('valid_to', 'is', null)
    .execute()
}

export async function stagePositions(
  transaction: CatalogTransaction,
  resourceId: string,
  positions: readonly StagedPosition[],
): Promise<void> {
  if (positions.length === 0) return
  await transaction
    .insertInto('delta_positions')
    .values(
      positions.map((position) => ({
        resource_id: resourceId,
        container: position.container,
        staged_link: position.link,
        staged: true,
        round_done: position.roundDone,
        resync: position.resync,
        held_sequence: position.heldSequence,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['resource_id', 'container']).doUpdateSet((excluded) => ({
        staged_link: excluded.ref('excluded.staged_link'),
        staged: true,
        round_done: excluded.ref('excluded.round_done'),
        resync: excluded.ref('excluded.resync'),
        held_sequence: excluded.ref('excluded.held_sequence'),
      })),
    )
    .execute()
}

async function stageFailures(
  transaction: CatalogTransaction,
  guard: RunGuard,
  { resourceId, failures, healed }: Checkpoint,
): Promise<void> {
  if (healed.length > 0) {
    for (const table of ['retries', 'run_failures'] as const) {
      await sql`
        delete from ${sql.table(table)} where resource_id = ${resourceId} and external_id = any(${textArray(healed)})
        ${table === 'run_failures' ? sql`and run_id = ${guard.runId}` : sql``}
      `.execute(transaction)
    }
  }
  if (failures.length === 0) return
  const failed = sql`
    jsonb_to_recordset(${JSON.stringify(failures)}::jsonb) as failure (
      "externalId" text, "folderId" uuid, "folderPath" text, subject text, outcome text, attempts integer, code text, reason text,
      "changeKey" text)
  `
  await sql`
    insert into retries (resource_id, external_id, folder_id, subject, outcome, attempts, code, reason, change_key, last_sequence)
    select ${resourceId}, "externalId", "folderId", subject, outcome, attempts, code, reason, "changeKey", ${guard.sequence} from ${failed}
    on conflict (resource_id, external_id) do update set folder_id = excluded.folder_id, subject = excluded.subject,
      outcome = excluded.outcome, attempts = excluded.attempts, code = excluded.code, reason = excluded.reason,
      change_key = excluded.change_key, last_sequence = excluded.last_sequence
  `.execute(transaction)
  await sql`
    insert into run_failures (run_id, resource_id, external_id, folder_path, subject, outcome, attempts, reason)
    select ${guard.runId}, ${resourceId}, "externalId", "folderPath", subject, outcome, attempts, reason from ${failed}
    on conflict (run_id, resource_id, external_id) do update set folder_path = excluded.folder_path, subject = excluded.subject,
      outcome = excluded.outcome, attempts = excluded.attempts, reason = excluded.reason
  `.execute(transaction)
}

async function stageEnumerated(
  transaction: CatalogTransaction,
  { resourceId, enumerated, enumerationDone }: Checkpoint,
): Promise<void> {
  if (enumerated.length > 0) {
    await sql`
      insert into enumerated_items (resource_id, folder_id, external_id)
      select ${resourceId}, "folderId", "externalId"
      from jsonb_to_recordset(${JSON.stringify(enumerated)}::jsonb) as met ("folderId" uuid, "externalId" text)
      on conflict do nothing
    `.execute(transaction)
  }
  for (const folderId of enumerationDone) {
    await transaction.deleteFrom('enumerated_items').where('folder_id', '=', folderId).execute()
  }
}

export async function recordCounts(
  transaction: CatalogTransaction,
  runId: string,
  resourceId: string,
  counts: ResourceCounts,
): Promise<void> {
  await transaction
    .updateTable('run_resources')
    .set({
      items_stored: counts.itemsStored,
      items_updated: counts.itemsUpdated,
      items_removed: counts.itemsRemoved,
      items_failed: counts.itemsFailed,
      items_skipped: counts.itemsSkipped,
      items_expected: counts.itemsExpected,
      bytes_read: counts.bytesRead,
    })
    .where('run_id', '=', runId)
    .where('resource_id', '=', resourceId)
    .execute()
}
