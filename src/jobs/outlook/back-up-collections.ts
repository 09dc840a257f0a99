/** The calendars, contact folders or task lists of a user: listed anew in each run, since they are few. */
import { type FolderState, folderIdentities, foldersOf, stageFolders } from '../../catalog/index.ts'
import { folderDirectory, type OutlookCollection, type OutlookWorkload } from '../../workloads/index.ts'
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
  const after = await resolve(context, found)
  progress.itemsRemoved += await stageFolders(db, guard, resource.resourceId, before, after, {
    container: 'folders',
    link: null,
    roundDone: true,
    resync: false,
    heldSequence: null,
  })
  return after
}

async function resolve(
  { db, resource }: ResourceContext,
  found: ReadonlyMap<string, OutlookCollection>,
): Promise<Map<string, FolderState>> {
  const ids = await folderIdentities(db, resource.resourceId, [...found.keys()])
  const resolved = new Map<string, FolderState>()
  const underWay = new Set<string>()
  function place(one: OutlookCollection): FolderState | undefined {
    const id = ids.get(one.externalId)
    if (id === undefined || underWay.has(id)) return undefined
    const done = resolved.get(id)
    if (done) return done
    underWay.add(id)
    const above = one.parentExternalId === null ? undefined : found.get(one.parentExternalId)
    const parent = above === undefined ? undefined : place(above)
    underWay.delete(id)
    const own = folderDirectory(one)
    const state: FolderState = {
      id,
      externalId: one.externalId,
      parentId: parent?.id ?? null,
      name: one.name,
      path: parent ? `${parent.path} / ${one.name}` : one.name,
      directory: parent ? `${parent.directory}/${own}` : own,
      expectedItems: null,
      isHidden: false,
      metadata: one.metadata,
    }
    resolved.set(id, state)
    return state
  }
  for (const one of found.values()) place(one)
  return resolved
}
