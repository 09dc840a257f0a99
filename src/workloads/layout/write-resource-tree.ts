/**
 * Turns the changes of what is backed up as a whole (a mailbox, a drive, …) into its new directory tree.
 *
 * Only directories that changed, and those above them, are written; every other one is repeated by its id from the previous
 * tree, wherever its folder is now: a renamed or moved folder costs one node in its parent. Nothing below an unchanged
 * directory is read. Memory holds one bucket, or one folder whose items lie in it, and the directories between it and the top.
 */
import { isDeepStrictEqual } from 'node:util'
import { directoryNode, lookup, type TreeNode } from '../../repository/index.ts'
import { dirtyFolders, type FolderMap, type LayoutFolder, ownName } from './dirty-folders.ts'
import { itemNodes, type LayoutItem, type LayoutTarget, textFile, versionsDirectory } from './write-items.ts'

/** How a workload's items lie in its folders. */
export interface LayoutRules {
  /** Under which a line of `_items.jsonl` says what the workload knows of the item. */
  readonly key: string
  /** Whether a directory's name is a bucket's; no folder's may look like one. */
  isBucket(name: string): boolean
  /** Folders of at most so many items hold them themselves; larger ones, and all with 0, in buckets. */
  readonly inlineItems: number
}

export interface ResourceLayout {
  readonly rules: LayoutRules
  /** Tree as published last; undefined for what is new: then every bucket must be dirty. */
  readonly previousTree: string | undefined
  readonly previousFolders: FolderMap
  readonly folders: FolderMap
  /** Buckets by folder id in which something changed. */
  readonly dirtyBuckets: ReadonlyMap<string, ReadonlySet<string>>
  /** All items of a bucket, or of a folder, as they shall be; none means that the bucket is dropped. */
  loadItems(folderId: string, bucket: string | null): Promise<readonly LayoutItem[]>
  /** Items of a folder by bucket. */
  countItems(folderId: string): Promise<ReadonlyMap<string, number>>
  /** What `_resource.json` says. */
  readonly resource: Readonly<Record<string, unknown>>
  /** Further files of our own beside `_resource.json`, as text by name; those not given stay as they are. */
  readonly files?: ReadonlyMap<string, string>
  /** `_resource.json` has to be written even if nothing else changed (the resource was renamed). */
  readonly resourceChanged: boolean
}

/** Writes what changed and answers the id of the resource's directory; the previous id when nothing did. */
export async function writeResourceTree(target: LayoutTarget, layout: ResourceLayout): Promise<string> {
  const { folders, previousFolders, previousTree, rules } = layout
  const children = Map.groupBy(folders.values(), (folder) => folder.parentId)
  const dirty = dirtyFolders(folders, previousFolders, layout.dirtyBuckets)
  const topChanged = (children.get(null) ?? []).some((folder) => dirty.has(folder.id))
  const topLost = [...previousFolders.values()].some(
    (folder) => folder.parentId === null && folders.get(folder.id)?.parentId !== null,
  )
  const given = layout.files ?? new Map<string, string>()
  const mayStay = previousTree !== undefined && !layout.resourceChanged && !topChanged && !topLost
  if (mayStay && given.size === 0) return previousTree

  const top = previousTree === undefined ? [] : await target.repository.loadTree(previousTree, target.signal)
  const own = await ownFiles(target, top, given)
  if (mayStay && own.every((node) => top.includes(node))) return previousTree
  const nodes = [...(await childNodes(null, top)), ...own]
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
    const previous = await previousNodes(folder.id)
    const below = await childNodes(folder.id, previous)
    const nodes = [...below, ...(await contentNodes(folder, previous, below))]
    const description = { name: folder.name, id: folder.externalId, ...folder.metadata }
    nodes.push(await textFile(target, '_folder.json', `${JSON.stringify(description, null, 2)}\n`))
    return target.writer.saveTree(nodes)
  }

  /** The folder's items: its files, or its buckets. */
  async function contentNodes(
    folder: LayoutFolder,
    previous: readonly TreeNode[],
    below: readonly TreeNode[],
  ): Promise<TreeNode[]> {
    const buckets = previous.filter((node) => node.subtree !== undefined && rules.isBucket(node.name))
    const files = previous.filter(
      (node) =>
        node.name === versionsDirectory || (node.subtree === undefined && node.name !== '_folder.json'),
    )
    let dirtyHere = layout.dirtyBuckets.get(folder.id) ?? new Set<string>()
    const taken = new Set(below.map((node) => node.name))
    const collides = files.some((node) => taken.has(node.name))
    if (dirtyHere.size === 0 && !collides) return [...buckets, ...files]
    if (rules.inlineItems > 0) {
      const counts = await layout.countItems(folder.id)
      const count = [...counts.values()].reduce((sum, one) => sum + one, 0)
      // Once in buckets, a folder leaves them only when it is much smaller: else it would be written whole again and again.
      if (count <= (buckets.length > 0 ? rules.inlineItems / 2 : rules.inlineItems))
        return itemNodes(target, rules.key, await layout.loadItems(folder.id, null), taken)
      if (buckets.length === 0) dirtyHere = new Set(counts.keys())
    }
    const nodes = buckets.filter((node) => !dirtyHere.has(node.name))
    for (const name of [...dirtyHere].sort()) {
      const items = await itemNodes(target, rules.key, await layout.loadItems(folder.id, name))
      if (items.length === 0) continue
      nodes.push(directoryNode({ name, subtree: await target.writer.saveTree(items), mtime: target.time }))
    }
    return nodes
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

/** A file that says what it said is the node that was there: its time is not news. */
async function ownFiles(
  target: LayoutTarget,
  previous: readonly TreeNode[],
  given: ReadonlyMap<string, string>,
): Promise<TreeNode[]> {
  const nodes = previous.filter(
    ({ name, subtree }) => subtree === undefined && name !== '_resource.json' && !given.has(name),
  )
  for (const [name, text] of given) {
    const written = await textFile(target, name, text)
    const before = previous.find((node) => node.name === name)
    nodes.push(before && isDeepStrictEqual(before.content, written.content) ? before : written)
  }
  return nodes
}
