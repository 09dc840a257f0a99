/**
 * Before a run goes on from what an earlier one has stored and not published: is it still there? No tree names it, so a prune by hand, or by
 * stock restic, may have taken it since. Where nothing is staged this costs one query. The run holds restic's shared lock from before until its end, so what is there
 * now is there when it is published.
 */
import { contentSince, type ItemContent, type RunGuard, throwOut } from '../../catalog/index.ts'
import type { Database } from '../../database/index.ts'
import type { Repository } from '../../repository/index.ts'
import type { Logger } from '../../shared/index.ts'
import type { RunResource } from './run-resources.ts'

/**
 * Has what is missing read again, and says so in the report of its resource.
 * @param since items that began with this sequence or later are looked at
 * @throws CAT_RUN_TAKEN_OVER
 */
export async function readMissingAgain(
  parts: { readonly db: Database; readonly repository: Repository; readonly logger: Logger },
  guard: RunGuard,
  { organizationId, since }: { readonly organizationId: string; readonly since: number },
  resources: readonly RunResource[],
  signal: AbortSignal,
): Promise<void> {
  const { db, repository, logger } = parts
  const isThere = ({ content, versionsTree }: ItemContent) =>
    content.every((id) => repository.hasBlob('data', id)) &&
    (versionsTree === null || repository.hasBlob('tree', versionsTree))
  const counts = new Map<string, number>()
  for await (const { resourceId, items } of contentSince(db, organizationId, since, signal)) {
    const missing = items.filter((item) => !isThere(item)).map(({ externalId }) => externalId)
    if (missing.length === 0) continue
    await throwOut(db, guard, resourceId, missing)
    counts.set(resourceId, (counts.get(resourceId) ?? 0) + missing.length)
  }
  for (const [resourceId, count] of counts) {
    logger.warn(
      { runId: guard.runId, resource: resourceId, count },
      'stored content is gone, it is read again',
    )
    const resource = resources.find(({ identity }) => identity.resourceId === resourceId)
    if (resource) readAgain(resource, count)
  }
}

function readAgain(resource: RunResource, count: number): void {
  const { progress } = resource
  // Of a run that is taken up again: its tree names what is gone.
  if (resource.state === 'succeeded') resource.state = 'waiting'
  progress.itemsStored = Math.max(0, progress.itemsStored - count)
  const items = count === 1 ? 'One item' : `${count} items`
  progress.notice = [
    progress.notice,
    `${items} that an earlier run had stored and not yet published were no longer in the repository, and are read again: something else has pruned it.`,
  ]
    .filter(Boolean)
    .join(' ')
}
