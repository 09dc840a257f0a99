import { sql } from 'kysely'
import { guarded, type RunGuard } from '../../catalog/index.ts'
import type { Database, ResourceWorkload } from '../../database/index.ts'
import type { Resource } from '../resource/resource-context.ts'
import { newProgress, type ResourceProgress } from '../resource/resource-progress.ts'
import type { DiscoveredResource } from './covered-workloads.ts'

/** A resource of the run, with what is recorded of it. */
export interface RunResource {
  readonly identity: Resource
  /** There was a backup of it before. */
  readonly hasBackup: boolean
  state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped'
  tree: string | null
  directory: string | null
  error: object | null
  readonly progress: ResourceProgress
}

/** Takes what was found over: what is new gets a record, what was renamed its new name. */
export async function recordResources(
  db: Database,
  organizationId: string,
  found: readonly DiscoveredResource[],
): Promise<void> {
  if (found.length === 0) return
  await sql`
    insert into resources (organization_id, workload, external_id, site_external_id, user_principal_name, display_name)
    select ${organizationId}, workload, "externalId", "siteExternalId", "userPrincipalName", "displayName"
    from jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as found
      (workload text, "externalId" text, "siteExternalId" text, "userPrincipalName" text, "displayName" text)
    on conflict (organization_id, workload, external_id) do update
      set user_principal_name = excluded.user_principal_name, display_name = excluded.display_name
      where resources.user_principal_name <> excluded.user_principal_name
        or resources.display_name <> excluded.display_name
  `.execute(db)
}

export interface RunPlan {
  readonly workloads: readonly ResourceWorkload[]
  readonly found: readonly { readonly workload: ResourceWorkload; readonly externalId: string }[]
  readonly unreadable: readonly { readonly siteExternalId: string; readonly notice: string }[]
}

/**
 * Fixes the run's list: what was found, what had a backup and is no longer there, and what could not be listed. Mail comes first, then
 * the other workloads.
 */
export async function planRun(
  db: Database,
  guard: RunGuard,
  organizationId: string,
  { workloads, found, unreadable }: RunPlan,
): Promise<void> {
  await guarded(db, guard, async (transaction) => {
    await sql`
      with found as (
        select workload, "externalId" as external_id
        from jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as one (workload text, "externalId" text)
      ), unreadable as (
        select "siteExternalId" as site, notice
        from jsonb_to_recordset(${JSON.stringify(unreadable)}::jsonb) as one ("siteExternalId" text, notice text)
      )
      insert into run_resources (run_id, resource_id, position, state, notice, items_total)
      select ${guard.runId}, resources.id,
        row_number() over (order by array_position(${workloads}::text[], resources.workload), user_principal_name, resources.id),
        case when found.external_id is null then 'skipped' else 'waiting' end,
        case
          when found.external_id is not null then null
          when unreadable.site is not null then unreadable.notice
          when site_external_id is not null then 'The library is no longer there; its last state is kept.'
          else 'The user is no longer in the directory; the last state is kept.'
        end,
        items
      from resources
      left join found on found.workload = resources.workload and found.external_id = resources.external_id
      left join unreadable on unreadable.site = resources.site_external_id
      where organization_id = ${organizationId} and resources.workload = any(${workloads}::text[])
        and (found.external_id is not null or unreadable.site is not null or last_success_at is not null)
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
      'resources.workload',
      'resources.external_id',
      'resources.site_external_id',
      'resources.user_principal_name',
      'resources.display_name',
      'resources.directory as published_directory',
      'resources.last_success_at',
    ])
    .where('run_id', '=', runId)
    .orderBy('position')
    .execute()
  return rows.map((row) => ({
    identity: {
      resourceId: row.resource_id,
      workload: row.workload,
      siteExternalId: row.site_external_id,
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

/** Records what became of a resource. @throws CAT_RUN_TAKEN_OVER */
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
      .where('resource_id', '=', resource.identity.resourceId)
      .execute()
  })
}
