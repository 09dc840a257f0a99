import { sql } from 'kysely'
import { guarded, type RunGuard } from '../../catalog/index.ts'
import type { Database } from '../../database/index.ts'
import type { MailboxOwner } from '../../workloads/index.ts'
import type { Mailbox } from '../mailbox/mailbox-context.ts'
import { type MailboxProgress, newProgress } from '../mailbox/mailbox-progress.ts'

/** A mailbox of the run, with what is recorded of it. */
export interface RunResource {
  readonly mailbox: Mailbox
  /** There was a backup of it before. */
  readonly hasBackup: boolean
  state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped'
  tree: string | null
  directory: string | null
  error: object | null
  readonly progress: MailboxProgress
}

/** Takes what the directory says of its users over: new ones get a record, renamed ones their new name. */
export async function recordMailboxOwners(
  db: Database,
  organizationId: string,
  owners: readonly MailboxOwner[],
): Promise<void> {
  if (owners.length === 0) return
  await sql`
    insert into resources (organization_id, workload, external_id, user_principal_name, display_name)
    select ${organizationId}, 'mail', "externalId", "userPrincipalName", "displayName"
    from jsonb_to_recordset(${JSON.stringify(owners)}::jsonb)
      as owner ("externalId" text, "userPrincipalName" text, "displayName" text)
    on conflict (organization_id, workload, external_id) do update
      set user_principal_name = excluded.user_principal_name, display_name = excluded.display_name
      where resources.user_principal_name <> excluded.user_principal_name
        or resources.display_name <> excluded.display_name
  `.execute(db)
}

/** Fixes the run's list of mailboxes: the users met, and those that had a backup and are no longer in the directory. */
export async function planRun(
  db: Database,
  guard: RunGuard,
  organizationId: string,
  externalIds: readonly string[],
): Promise<void> {
  await guarded(db, guard, async (transaction) => {
    await sql`
      insert into run_resources (run_id, resource_id, position, state, notice, items_total)
      select ${guard.runId}, id, row_number() over (order by user_principal_name, id),
        case when external_id = any(${externalIds}::text[]) then 'waiting' else 'skipped' end,
        case when external_id = any(${externalIds}::text[]) then null
          else 'The user is no longer in the directory; the last state of the mailbox is kept.' end,
        items
      from resources
      where organization_id = ${organizationId} and workload = 'mail'
        and (external_id = any(${externalIds}::text[]) or last_success_at is not null)
      on conflict do nothing
    `.execute(transaction)
  })
}

export async function loadRunResources(db: Database, runId: string): Promise<RunResource[]> {
  const rows = await db
    .selectFrom('run_resources')
    .innerJoin('resources', 'resources.id', 'run_resources.resource_id')
    .selectAll('run_resources')
    .select([
      'resources.external_id',
      'resources.user_principal_name',
      'resources.display_name',
      'resources.directory as published_directory',
      'resources.last_success_at',
    ])
    .where('run_id', '=', runId)
    .orderBy('position')
    .execute()
  return rows.map((row) => ({
    mailbox: {
      resourceId: row.resource_id,
      externalId: row.external_id,
      userPrincipalName: row.user_principal_name,
      displayName: row.display_name,
      publishedDirectory: row.published_directory,
    },
    hasBackup: row.last_success_at !== null,
    state: row.state,
    tree: row.tree,
    directory: row.directory,
    error: row.error as object | null,
    progress: newProgress({
      itemsStored: row.items_stored,
      itemsUpdated: row.items_updated,
      itemsRemoved: row.items_removed,
      itemsFailed: row.items_failed,
      itemsSkipped: row.items_skipped,
      itemsExpected: row.items_expected,
      itemsTotal: row.items_total,
      itemsSeen: row.items_stored + row.items_updated,
      bytesRead: Number(row.bytes_read),
      incomplete: row.incomplete,
      notice: row.notice,
    }),
  }))
}

/** Records what became of a mailbox. @throws CAT_RUN_TAKEN_OVER */
export async function saveRunResource(db: Database, guard: RunGuard, resource: RunResource): Promise<void> {
  const { progress } = resource
  await guarded(db, guard, async (transaction) => {
    await transaction
      .updateTable('run_resources')
      .set({
        state: resource.state,
        tree: resource.tree,
        directory: resource.directory,
        error: resource.error === null ? null : JSON.stringify(resource.error),
        notice: progress.notice,
        incomplete: progress.incomplete,
        items_total: progress.itemsTotal,
        items_expected: progress.itemsExpected,
        items_stored: progress.itemsStored,
        items_updated: progress.itemsUpdated,
        items_removed: progress.itemsRemoved,
        items_failed: progress.itemsFailed,
        items_skipped: progress.itemsSkipped,
        bytes_read: progress.bytesRead,
      })
      .where('run_id', '=', guard.runId)
      .where('resource_id', '=', resource.mailbox.resourceId)
      .execute()
  })
}
