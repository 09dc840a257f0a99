/** What a run covers: the workloads of the organization, each user's share of them, and what belongs to no user. */
import type { RunGuard } from '../../catalog/index.ts'
import type { Database } from '../../database/index.ts'
import type { GraphClient } from '../../microsoft/index.ts'
import { enumerateMailboxes } from '../../workloads/index.ts'
import { coveredWorkloads, type DiscoveredResource, type UnreadablePlace } from './covered-workloads.ts'
import { planRun, recordResources } from './run-resources.ts'

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
    for await (const page of others?.(graph, signal) ?? []) {
      await take(page.resources)
      // A record to tell of, even where nothing of the place was ever seen.
      await recordResources(
        db,
        organizationId,
        page.unreadable.map((place) => ({ ...place, workload, externalId: place.siteExternalId })),
      )
      unreadable.push(...page.unreadable)
    }
  }
  await planRun(db, guard, organizationId, {
    workloads: covered.map(({ workload }) => workload),
    found,
    unreadable,
  })
}
