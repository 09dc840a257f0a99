/** What a run covers: the workloads of the organization, each user's share of them, and what belongs to no user. */
import type { RunGuard } from '../../catalog/index.ts'
import type { Database } from '../../database/index.ts'
import type { AppError } from '../../errors/index.ts'
import { type GraphClient, isAccessDenied } from '../../microsoft/index.ts'
import { enumerateMailboxes } from '../../workloads/index.ts'
import { coveredWorkloads, type DiscoveredResource, type UnreadablePlace } from './covered-workloads.ts'
import { planRun, recordResources } from './run-resources.ts'

/** All places that earlier runs knew of, and one that stands for all where there are none. */
async function knownPlaces(
  db: Database,
  organizationId: string,
  error: AppError,
): Promise<UnreadablePlace[]> {
  const notice = `The sites cannot be listed: ${error.message}. ${error.remedy}`
  const rows = await db
    .selectFrom('resources')
    .select(['site_external_id', 'user_principal_name', 'display_name'])
    .where('organization_id', '=', organizationId)
    .where('site_external_id', 'is not', null)
    .execute()
  const known = new Map(rows.map((row) => [row.site_external_id ?? '', row]))
  if (known.size === 0)
    known.set('sites', {
      site_external_id: 'sites',
      user_principal_name: 'SharePoint',
      display_name: 'SharePoint',
    })
  return [...known].map(([siteExternalId, row]) => {
    return {
      siteExternalId,
      userPrincipalName: row.user_principal_name,
      displayName: row.display_name,
      notice,
    }
  })
}

/** Records what there is and fixes the run's list of resources. @throws MicrosoftError when the users cannot be listed */
export async function discover(
  db: Database,
  guard: RunGuard,
  organizationId: string,
  graph: GraphClient,
  signal: AbortSignal,
): Promise<void> {
  const { workloads: chosen } = await db
    .selectFrom('organizations')
    .select('workloads')
    .where('id', '=', organizationId)
    .executeTakeFirstOrThrow()
  const covered = coveredWorkloads.filter(({ rights }) => chosen.includes(rights))
  const found: Pick<DiscoveredResource, 'workload' | 'externalId'>[] = []
  const unreadable: UnreadablePlace[] = []
  const take = async (resources: readonly DiscoveredResource[]) => {
    await recordResources(db, organizationId, resources)
    for (const { workload, externalId } of resources) found.push({ workload, externalId })
  }
  const ofUsers = covered.filter((one) => one.ofUsers)
  if (ofUsers.length > 0) {
    for await (const users of enumerateMailboxes(graph, signal)) {
      for (const { workload } of ofUsers)
        await take(users.map((user) => ({ ...user, workload, siteExternalId: null })))
    }
  }
  for (const { workload, discover: others } of covered) {
    const tell = async (places: readonly UnreadablePlace[]) => {
      // A record to tell of, even where nothing of the place was ever seen.
      const records = places.map((place) => ({ ...place, workload, externalId: place.siteExternalId }))
      await recordResources(db, organizationId, records)
      unreadable.push(...places)
    }
    try {
      for await (const page of others?.(graph, signal) ?? []) {
        await take(page.resources)
        await tell(page.unreadable)
      }
    } catch (error) {
      // Rights that were taken away, or never given: the other workloads are backed up all the same.
      if (!isAccessDenied(error)) throw error
      await tell(await knownPlaces(db, organizationId, error as AppError))
    }
  }
  await planRun(db, guard, organizationId, {
    workloads: covered.map(({ workload }) => workload),
    found,
    unreadable,
  })
}
