import { isDeepStrictEqual } from 'node:util'

export interface LayoutFolder {
  readonly id: string
  readonly externalId: string
  readonly parentId: string | null
  readonly name: string
  /** Path below the resource's directory, joined by `/`; its last part is the folder's own directory name. */
  readonly directory: string
  /** What `_folder.json` says beside name and id. */
  readonly metadata: Readonly<Record<string, unknown>>
}

export type FolderMap = ReadonlyMap<string, LayoutFolder>

/** Folders whose directory has to be written: with dirty buckets, new, renamed, with other subfolders, or above such. */
export function dirtyFolders(
  folders: FolderMap,
  previousFolders: FolderMap,
  dirtyBuckets: ReadonlyMap<string, unknown>,
): Set<string> {
  const dirty = new Set<string>()
  const mark = (id: string | null | undefined) => {
    for (let at = id; at != null && !dirty.has(at); at = folders.get(at)?.parentId) dirty.add(at)
  }
  for (const folder of folders.values()) {
    const before = previousFolders.get(folder.id)
    if (!before || isChanged(before, folder) || dirtyBuckets.has(folder.id)) mark(folder.id)
    if (before && (before.parentId !== folder.parentId || ownName(before) !== ownName(folder)))
      mark(folder.parentId)
    // A folder that moved to the top changes the top's own list, which has no id to mark: mark the folder itself.
    if (folder.parentId === null && before?.parentId !== null) dirty.add(folder.id)
  }
  for (const before of previousFolders.values()) {
    const now = folders.get(before.id)
    if (before.parentId !== null && folders.has(before.parentId) && now?.parentId !== before.parentId)
      mark(before.parentId)
  }
  return dirty
}

function isChanged(before: LayoutFolder, folder: LayoutFolder): boolean {
  return before.name !== folder.name || !isDeepStrictEqual(before.metadata, folder.metadata)
}

export function ownName(folder: LayoutFolder): string {
  return folder.directory.slice(folder.directory.lastIndexOf('/') + 1)
}
