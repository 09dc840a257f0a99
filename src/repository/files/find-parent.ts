/** Which snapshot a backup is compared with: the newest of the same host and the same paths that is not newer than the backup. */
import type { Repository, Snapshot } from '../repository.ts'

export async function findParent(
  repository: Repository,
  wanted: { readonly hostname: string; readonly paths: readonly string[]; readonly time: number },
  signal: AbortSignal,
): Promise<Snapshot | undefined> {
  const paths = JSON.stringify(wanted.paths.toSorted())
  const snapshots = await repository.listSnapshots(signal)
  return snapshots.findLast(
    (one) =>
      one.hostname === wanted.hostname &&
      Date.parse(one.time) <= wanted.time &&
      JSON.stringify(one.paths.toSorted()) === paths,
  )
}
