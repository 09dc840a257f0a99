/**
 * Turns the changes of one mailbox into its new directory tree.
 *
 * Only directories that changed, and those above them, are written; every other one is repeated by its id from the previous
 * tree, wherever its folder is now: a renamed or moved folder costs one node in its parent. Nothing below an unchanged
 * directory is read. Memory holds one bucket and the directories between it and the mailbox.
 */
import { directoryNode, lookup, type TreeNode } from '../../repository/index.ts'
import { isBucketName } from './names.ts'
import { type BucketItem, type LayoutTarget, textFile, writeBucket } from './write-bucket.ts'

export interface LayoutFolder {
  readonly id: string
  readonly externalId: string
  readonly parentId: string | null
  readonly name: string
  /** Path below the mailbox's directory, joined by `/`; its last part is the folder's own directory name. */
  readonly directory: string
}

export interface MailboxLayout {
  /** Tree of the mailbox as published last; undefined for a new mailbox: then every bucket must be dirty. */
  readonly previousTree: string | undefined
  readonly previousFolders: ReadonlyMap<string, LayoutFolder>
  readonly folders: ReadonlyMap<string, LayoutFolder>
  /** Buckets by folder id in which something changed. */
  readonly dirtyBuckets: ReadonlyMap<string, ReadonlySet<string>>
  /** All mails of a bucket as they shall be; none means that the bucket is dropped. */
  loadBucket(folderId: string, bucket: string): Promise<readonly BucketItem[]>
  /** What `_resource.json` says. */
  readonly resource: Readonly<Record<string, unknown>>
  /** `_resource.json` has to be written even if nothing else changed (the mailbox was renamed). */
  readonly resourceChanged: boolean
}

/** Writes what changed and answers the id of the mailbox's directory; the previous id when nothing did. */
export async function writeMailboxTree(target: LayoutTarget, layout: MailboxLayout): Promise<string> {
  const { folders, previousFolders, previousTree } = layout
  const children = Map.groupBy(folders.values(), (folder) => folder.parentId)
  const dirty = dirtyFolders(layout, children)
  const topChanged = (children.get(null) ?? []).some((folder) => dirty.has(folder.id))
  const topLost = [...previousFolders.values()].some(
    (folder) => folder.parentId === null && folders.get(folder.id)?.parentId !== null,
  )
  if (previousTree !== undefined && !layout.resourceChanged && !topChanged && !topLost) return previousTree

  const top = previousTree === undefined ? [] : await target.repository.loadTree(previousTree, target.signal)
  const nodes = await childNodes(null, top)
  nodes.push(await textFile(target, '_resource.json', `${JSON.stringify(layout.resource, null, 2)}\n`))
  return target.writer.saveTree(nodes)

  async function childNodes(
    parent: string | null,
    previousSiblings: readonly TreeNode[],
  ): Promise<TreeNode[]> {
    const nodes: TreeNode[] = []
    for (const folder of children.get(parent) ?? []) {
      const subtree = dirty.has(folder.id)
        ? await folderTree(folder)
        : await unchangedTree(folder, parent, previousSiblings)
      nodes.push(directoryNode({ name: ownName(folder), subtree, mtime: target.time }))
    }
    return nodes
  }

  async function folderTree(folder: LayoutFolder): Promise<string> {
    target.signal.throwIfAborted()
    const dirtyHere = layout.dirtyBuckets.get(folder.id) ?? new Set<string>()
    const previous = await previousNodes(folder.id)
    const nodes = previous.filter((node) => isBucketName(node.name) && !dirtyHere.has(node.name))
    for (const bucket of [...dirtyHere].sort()) {
      const items = await layout.loadBucket(folder.id, bucket)
      if (items.length === 0) continue
      nodes.push(
        directoryNode({ name: bucket, subtree: await writeBucket(target, items), mtime: target.time }),
      )
    }
    nodes.push(...(await childNodes(folder.id, previous)))
    const description = { name: folder.name, id: folder.externalId }
    nodes.push(await textFile(target, '_folder.json', `${JSON.stringify(description, null, 2)}\n`))
    return target.writer.saveTree(nodes)
  }

  async function previousNodes(folderId: string): Promise<readonly TreeNode[]> {
    const before = previousFolders.get(folderId)
    if (before === undefined || previousTree === undefined) return []
    const node = await lookup(target.repository, previousTree, before.directory.split('/'))
    return node?.subtree === undefined ? [] : target.repository.loadTree(node.subtree, target.signal)
  }

  /** A folder without changes inside; it may have moved here from elsewhere. */
  async function unchangedTree(
    folder: LayoutFolder,
    parent: string | null,
    previousSiblings: readonly TreeNode[],
  ): Promise<string> {
    const before = previousFolders.get(folder.id)
    const sibling =
      before?.parentId === parent ? previousSiblings.find((node) => node.name === ownName(before)) : undefined
    const node =
      sibling ??
      (before === undefined || previousTree === undefined
        ? undefined
        : await lookup(target.repository, previousTree, before.directory.split('/')))
    return node?.subtree ?? folderTree(folder)
  }
}

/** Folders whose directory has to be written: with dirty buckets, new, renamed, with other subfolders, or above such. */
function dirtyFolders(
  layout: MailboxLayout,
  children: ReadonlyMap<string | null, readonly LayoutFolder[]>,
): Set<string> {
  const { folders, previousFolders } = layout
  const dirty = new Set<string>()
  const mark = (id: string | null | undefined) => {
    for (let at = id; at != null && !dirty.has(at); at = folders.get(at)?.parentId) dirty.add(at)
  }
  for (const folder of folders.values()) {
    const before = previousFolders.get(folder.id)
    const changed = !before || before.name !== folder.name || layout.dirtyBuckets.has(folder.id)
    if (changed) mark(folder.id)
    if (before && (before.parentId !== folder.parentId || ownName(before) !== ownName(folder)))
      mark(folder.parentId)
  }
  for (const before of previousFolders.values()) {
    const now = folders.get(before.id)
    if (before.parentId !== null && folders.has(before.parentId) && now?.parentId !== before.parentId)
      mark(before.parentId)
  }
  // A folder that moved to the top changes the top's own list, which has no id to mark: mark the folder itself.
  for (const folder of children.get(null) ?? []) {
    if (previousFolders.get(folder.id)?.parentId !== null) dirty.add(folder.id)
  }
  return dirty
}

function ownName(folder: LayoutFolder): string {
  return folder.directory.slice(folder.directory.lastIndexOf('/') + 1)
}
