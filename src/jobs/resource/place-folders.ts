/** Puts folders that Microsoft told of in any order one below the other: our ids, paths for people, directories of the repository. */
import { type FolderState, folderIdentities } from '../../catalog/index.ts'
import { folderDirectory } from '../../workloads/index.ts'
import type { ResourceContext } from './resource-context.ts'

export interface FoundFolder {
  readonly externalId: string
  /** Microsoft's id of the one above; null at the top. */
  readonly parentExternalId: string | null
  readonly name: string
  /** As Microsoft counts them, where it does. */
  readonly expectedItems?: number | null
  readonly isHidden?: boolean
  readonly metadata?: Readonly<Record<string, unknown>>
}

/**
 * All folders by our id, each after the one above it. One above that was not found is taken for the top; folders in a circle (never seen)
 * hang on the top too.
 */
export async function placeFolders(
  { db, resource }: ResourceContext,
  found: ReadonlyMap<string, FoundFolder>,
): Promise<Map<string, FolderState>> {
  const ids = await folderIdentities(db, resource.resourceId, [...found.keys()])
  const placed = new Map<string, FolderState>()
  const inProgress = new Set<string>()

  function place(folder: FoundFolder): FolderState | undefined {
    const id = ids.get(folder.externalId)
    if (id === undefined || inProgress.has(id)) return undefined
    const done = placed.get(id)
    if (done) return done
    inProgress.add(id)
    const above = folder.parentExternalId === null ? undefined : found.get(folder.parentExternalId)
    const parent = above === undefined ? undefined : place(above)
    inProgress.delete(id)
    const own = folderDirectory(folder)
    const state: FolderState = {
      id,
      externalId: folder.externalId,
      parentId: parent?.id ?? null,
      name: folder.name,
      path: parent ? `${parent.path} / ${folder.name}` : folder.name,
      directory: parent ? `${parent.directory}/${own}` : own,
      expectedItems: folder.expectedItems ?? null,
      isHidden: folder.isHidden ?? false,
      metadata: folder.metadata ?? {},
    }
    placed.set(id, state)
    return state
  }

  for (const folder of found.values()) place(folder)
  return placed
}
