/** The files of one OneDrive. Downloads count as the resource units that Microsoft names, and are refused beyond its limit. */
import { downloadDrive } from './drive-loop.ts'
import type { MeasuredKind } from './measure-runs.ts'
import type { Setting } from './setting.ts'

/** Fills a OneDrive and protects its user alone. */
export async function driveRows(
  { control, organizationId, session, tenant }: Setting,
  files: number,
  bytes: number,
): Promise<MeasuredKind> {
  await control('drives/behaviour', { chargeDownloads: true })
  const { drives } = await control<{ drives: { id: string; kind: string; userId?: string }[] }>(
    'drives/drives',
    {},
  )
  // The first has what troubles a run.
  const drive = drives.findLast(({ kind }) => kind === 'business')
  if (!drive?.userId) throw new Error('nobody in the simulated tenant has a OneDrive')
  await control('drives/fill', { drive: drive.id, files, bytes })
  await session.put(`/organizations/${organizationId}/protection`, {
    workloads: ['files'],
    users: { selection: 'users', userIds: [drive.userId], groupIds: [], includeNew: false },
  })
  return {
    name: 'drive',
    changeOnePercent: async () =>
      void (await control('drives/changeSome', { drive: drive.id, count: Math.ceil(files / 100) })),
    downloadPlainly: () => downloadDrive(tenant, drive.id),
  }
}
