import type { RepositoryView } from '../contract/index.ts'
import type { RepositoryAccess } from './repositories.ts'

/** @throws JOB_REPOSITORY_NOT_FOUND before the first backup */
export async function repositoryView(
  repositories: RepositoryAccess,
  organizationId: string,
): Promise<RepositoryView> {
  const location = await repositories.location(organizationId)
  const row = await repositories.find(organizationId)
  const snapshots = await (await repositories.open(organizationId)).listSnapshots()
  const { retention } = repositories
  return {
    location,
    snapshots: snapshots.length,
    headSnapshotId: row?.head_snapshot_id ?? null,
    commands: await repositories.commands(organizationId),
    retention: retention && { ...retention, keptUntil: row?.kept_until?.toISOString() ?? null },
  }
}
