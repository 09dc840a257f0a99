/**
 * The one transaction that makes a run's work visible, and its counterpart for work that is not published.
 *
 * Rows of a mailbox that is not published (it failed, or the whole run did) move to the next sequence: they stay invisible,
 * and the next run, which has exactly that sequence, goes on from them instead of fetching them again. Only one run of an
 * organization is active at a time (a unique index says so), so the next sequence is never in use.
 */
import { sql } from 'kysely'
import type { Database } from '../database/index.ts'
import { type CatalogTransaction, guarded, type RunGuard } from './run-guard.ts'

export interface PublishedResource {
  readonly resourceId: string
  readonly directory: string
  readonly items: number
  readonly notice: string | null
}

export interface UnpublishedResource {
  readonly resourceId: string
  /** A Problem; null for a user without a mailbox. */
  readonly error: object | null
  readonly notice: string | null
}

export interface Publication {
  readonly organizationId: string
  readonly repositoryId: string
  readonly root: string
  readonly snapshotId: string
  readonly outcome: 'succeeded' | 'partial'
  readonly time: Date
  readonly counts: object
  readonly published: readonly PublishedResource[]
  readonly unpublished: readonly UnpublishedResource[]
  /** Resources that new restore points do not hold any more, by their id. */
  readonly ended: readonly string[]
}

/** @throws CAT_RUN_TAKEN_OVER */
export async function publishRun(db: Database, guard: RunGuard, publication: Publication): Promise<void> {
  await guarded(db, guard, async (transaction) => {
    await transaction
      .updateTable('repositories')
      .set({
        head_root: publication.root,
        head_snapshot_id: publication.snapshotId,
        head_sequence: guard.sequence,
      })
      .where('id', '=', publication.repositoryId)
      .execute()
    for (const resource of publication.published) {
      await transaction
        .updateTable('resources')
        .set({
          directory: resource.directory,
          items: resource.items,
          last_success_at: publication.time,
          last_success_sequence: guard.sequence,
          error: null,
          notice: resource.notice,
        })
        .where('id', '=', resource.resourceId)
        .execute()
    }
    const published = publication.published.map((resource) => resource.resourceId)
    await sql`
      update delta_positions set live_link = staged_link, staged_link = null, staged = false
      where staged and resource_id = any(${published}::uuid[])
    `.execute(transaction)
    for (const resource of publication.unpublished) await recordFailure(transaction, resource)
    await postpone(transaction, publication.organizationId, guard.sequence, published)
    await endResources(transaction, guard.sequence, publication.ended)
    await transaction
      .updateTable('runs')
      .set({
        state: publication.outcome,
        snapshot_id: publication.snapshotId,
        planned_root: publication.root,
        finished_at: publication.time,
        counts: JSON.stringify(publication.counts),
        lease_owner: null,
        lease_until: null,
      })
      .where('id', '=', guard.runId)
      .execute()
  })
}

export interface UnpublishedRun {
  readonly organizationId: string
  readonly outcome: 'failed' | 'cancelled'
  readonly time: Date
  readonly counts: object
  /** A Problem. */
  readonly error: object | null
  readonly unpublished: readonly UnpublishedResource[]
}

/** Ends a run without a restore point; what it staged waits for the next one. @throws CAT_RUN_TAKEN_OVER */
export async function endRun(db: Database, guard: RunGuard, end: UnpublishedRun): Promise<void> {
  await guarded(db, guard, async (transaction) => {
    for (const resource of end.unpublished) await recordFailure(transaction, resource)
    await postpone(transaction, end.organizationId, guard.sequence, [])
    await transaction
      .updateTable('runs')
      .set({
        state: end.outcome,
        finished_at: end.time,
        counts: JSON.stringify(end.counts),
        error: end.error === null ? null : JSON.stringify(end.error),
        lease_owner: null,
        lease_until: null,
      })
      .where('id', '=', guard.runId)
      .execute()
  })
}

/** Earlier restore points go on holding them; should they come back, they are read from their beginning. */
async function endResources(
  transaction: CatalogTransaction,
  sequence: number,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  const theirs = sql`resource_id = any(${ids}::uuid[])`
  for (const table of ['delta_positions', 'enumerated_items', 'retries'] as const)
    await sql`delete from ${sql.table(table)} where ${theirs}`.execute(transaction)
  for (const table of ['items', 'folder_versions'] as const) {
    await sql`delete from ${sql.table(table)} where ${theirs} and valid_from >= ${sequence}`.execute(
      transaction,
    )
    await sql`update ${sql.table(table)} set valid_to = ${sequence} where ${theirs} and (valid_to is null or valid_to > ${sequence})`.execute(
      transaction,
    )
  }
  await sql`
    update resources set directory = null, items = 0, last_success_at = null, error = null,
      notice = 'The user was deleted, and the time for which deleted users are kept is over.'
    where id = any(${ids}::uuid[])
  `.execute(transaction)
}

async function recordFailure(transaction: CatalogTransaction, resource: UnpublishedResource): Promise<void> {
  await transaction
    .updateTable('resources')
    .set({
      error: resource.error === null ? null : JSON.stringify(resource.error),
      notice: resource.notice,
    })
    .where('id', '=', resource.resourceId)
    .execute()
}

/** Moves what the other mailboxes staged to the next sequence. */
async function postpone(
  transaction: CatalogTransaction,
  organizationId: string,
  sequence: number,
  published: readonly string[],
): Promise<void> {
  const others = sql`
    resource_id in (select id from resources where organization_id = ${organizationId}) and resource_id <> all(${published}::uuid[])
  `
  for (const table of ['items', 'folder_versions'] as const) {
    // Ends first: a version must never end where it begins.
    await sql`update ${sql.table(table)} set valid_to = ${sequence + 1} where valid_to = ${sequence} and ${others}`.execute(
      transaction,
    )
    await sql`update ${sql.table(table)} set valid_from = ${sequence + 1} where valid_from = ${sequence} and ${others}`.execute(
      transaction,
    )
  }
}
