/**
 * The folders of a drive while its round goes on. A round tells of folders and files in any order, children before their folders, and of
 * removals that a later page takes back; so folders are put together from all that is known, and what is gone goes when the round ends.
 * Held in memory: the folders, never the files.
 */
import { isDeepStrictEqual } from 'node:util'
import {
  type FolderState,
  folderIdentities,
  foldersOf,
  goneFolders,
  stageFolders,
  stageGoneFolders,
} from '../../catalog/index.ts'
import { type DriveFolder, driveEntryName } from '../../workloads/index.ts'
import type { ResourceContext } from '../resource/resource-context.ts'

interface FolderFacts {
  readonly externalId: string
  readonly parentExternalId: string | null
  readonly name: string
  readonly metadata: Readonly<Record<string, unknown>>
}

export interface DriveFolders {
  /** Our ids of folders, known or still to be told of. */
  identities(externalIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  has(externalId: string): boolean
  metadata(externalId: string): Readonly<Record<string, unknown>> | undefined
  /** Our id and path for people. */
  place(externalId: string): { readonly id: string; readonly path: string } | undefined
  /** Names from the top to this folder, without the drive's own; of a folder above that was not told of yet, nothing. */
  namesTo(externalId: string): readonly string[]
  /** Path by our id. */
  pathOf(id: string | null): string
  see(folder: DriveFolder, metadata: Readonly<Record<string, unknown>>): void
  remove(externalId: string): void
  /** Records what is known until now; before a position that passed it is recorded. */
  stage(): Promise<void>
  /** Lets what is gone go, with what is in it. Answers all folders by our id, and how many items ended. */
  finish(): Promise<{ readonly folders: ReadonlyMap<string, FolderState>; readonly ended: number }>
}

/** The root's directory: what lies beside it is ours. */
const rootDirectory = 'files'

export async function openDriveFolders(context: ResourceContext, driveName: string): Promise<DriveFolders> {
  const { db, guard, resource } = context
  const { resourceId } = resource
  let staged = await foldersOf(db, resourceId)
  const gone = await goneFolders(db, resourceId)
  const ids = new Map([...staged.values()].map((folder) => [folder.externalId, folder.id]))
  const facts = new Map<string, FolderFacts>()
  let changed = false
  for (const folder of staged.values()) {
    const { externalId, name, metadata } = folder
    const parent = folder.parentId === null ? undefined : staged.get(folder.parentId)
    // A parent that was not told of yet, when the round was broken off, is known to the record of the folder.
    const parentExternalId = parent?.externalId ?? (metadata['parent'] as string | undefined) ?? null
    facts.set(externalId, { externalId, parentExternalId, name, metadata })
  }

  async function identities(externalIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const unknown = externalIds.filter((id) => !ids.has(id))
    for (const [externalId, id] of await folderIdentities(db, resourceId, unknown)) ids.set(externalId, id)
    return ids
  }

  /** Paths and directories of all folders; without what is gone and what is below it, once the round is over. */
  async function resolve(isOver: boolean): Promise<Map<string, FolderState>> {
    await identities([...facts.keys()])
    const resolved = new Map<string, FolderState>()
    const inProgress = new Set<string>()
    const place = (folder: FolderFacts): FolderState | undefined => {
      const id = ids.get(folder.externalId)
      if (id === undefined || inProgress.has(id)) return undefined
      if (isOver && gone.has(folder.externalId)) return undefined
      const done = resolved.get(id)
      if (done) return done
      const { parentExternalId } = folder
      const above = parentExternalId === null ? undefined : facts.get(parentExternalId)
      inProgress.add(id)
      const parent = above === undefined ? undefined : place(above)
      inProgress.delete(id)
      // Below something that is gone, or that nobody told of: it is not to be reached.
      if (isOver && parentExternalId !== null && parent === undefined) return undefined
      const own = parentExternalId === null ? rootDirectory : driveEntryName(folder)
      const state: FolderState = {
        id,
        externalId: folder.externalId,
        parentId: parent?.id ?? null,
        name: parentExternalId === null ? driveName : folder.name,
        path:
          parentExternalId === null ? driveName : parent ? `${parent.path} / ${folder.name}` : folder.name,
        directory: parent ? `${parent.directory}/${own}` : own,
        expectedItems: null,
        isHidden: false,
        metadata:
          parent === undefined && parentExternalId !== null
            ? { ...folder.metadata, parent: parentExternalId }
            : withoutParent(folder.metadata),
      }
      resolved.set(id, state)
      return state
    }
    for (const folder of facts.values()) place(folder)
    return resolved
  }

  return {
    identities,
    has: (externalId) => facts.has(externalId),
    metadata: (externalId) => facts.get(externalId)?.metadata,
    place(externalId) {
      const id = ids.get(externalId)
      if (id === undefined) return undefined
      const known = facts.get(externalId)
      const own = known?.parentExternalId == null ? driveName : known.name
      return { id, path: staged.get(id)?.path ?? own }
    },
    namesTo(externalId) {
      const names: string[] = []
      let folder = facts.get(externalId)
      // No deeper than there are folders, should Microsoft ever tell of a circle.
      for (let left = facts.size; folder && folder.parentExternalId !== null && left > 0; left -= 1) {
        names.unshift(folder.name)
        folder = facts.get(folder.parentExternalId)
      }
      return names
    },
    pathOf: (id) => (id === null ? '' : (staged.get(id)?.path ?? '')),
    see({ externalId, parentExternalId, name }, metadata) {
      gone.delete(externalId)
      const known = facts.get(externalId)
      if (
        known?.name === name &&
        known.parentExternalId === parentExternalId &&
        isDeepStrictEqual(withoutParent(known.metadata), metadata)
      )
        return
      facts.set(externalId, { externalId, parentExternalId, name, metadata })
      changed = true
    },
    remove(externalId) {
      if (!facts.has(externalId) || gone.has(externalId)) return
      gone.add(externalId)
      changed = true
    },
    async stage() {
      if (!changed) return
      await stageGoneFolders(db, guard, resourceId, [...gone])
      const now = await resolve(false)
      await stageFolders(db, guard, resourceId, staged, now, null)
      staged = now
      changed = false
    },
    async finish() {
      const now = await resolve(true)
      const ended = await stageFolders(db, guard, resourceId, staged, now, null)
      await stageGoneFolders(db, guard, resourceId, [])
      staged = now
      for (const externalId of facts.keys()) {
        if (!now.has(ids.get(externalId) ?? '')) facts.delete(externalId)
      }
      gone.clear()
      changed = false
      return { folders: now, ended }
    },
  }
}

function withoutParent(metadata: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { parent: _, ...rest } = metadata
  return rest
}
