/** The calendars, contact folders or task lists of a user: listed anew in each run, since they are few. */
import { type FolderState, foldersOf, stageFolders } from '../../catalog/index.ts'
import type { OutlookCollection, OutlookWorkload } from '../../workloads/index.ts'
import { placeFolders } from '../resource/place-folders.ts'
import type { ResourceContext } from '../resource/resource-context.ts'

/** Reads the collections, records them and answers all by our id, each after the one above it. */
export async function backUpCollections(
  workload: OutlookWorkload,
  context: ResourceContext,
): Promise<Map<string, FolderState>> {
  const { db, guard, graph, resource, progress, signal } = context
  const before = await foldersOf(db, resource.resourceId)
  const found = new Map<string, OutlookCollection>()
  for await (const one of workload.collections(graph, resource.externalId, signal))
    found.set(one.externalId, one)
  // A list that was read while something moved may lack one that is there.
  for (const known of before.values()) {
    if (found.has(known.externalId)) continue
    if (!(await workload.isThere(graph, resource.externalId, known.externalId, signal))) continue
    const above = known.parentId === null ? null : (before.get(known.parentId)?.externalId ?? null)
    const { externalId, name, metadata } = known
    found.set(externalId, { externalId, parentExternalId: above, name, metadata })
  }
  const after = await placeFolders(context, found)
  progress.itemsRemoved += await stageFolders(db, guard, resource.resourceId, before, after, {
    container: 'folders',
    link: null,
    roundDone: true,
    resync: false,
    heldSequence: null,
  })
  return after
}
