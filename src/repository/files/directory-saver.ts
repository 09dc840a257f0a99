/**
 * Walks directories and stores their trees. The walk runs ahead of reading and storing, held back where these are slow; a directory's
 * tree is stored when everything in it is. Of finished files only their line of the tree is kept in memory.
 */
import { isAppError } from '../../errors/index.ts'
import { idOf } from '../format/blob-id.ts'
import { encodeNode } from '../format/tree-encoder.ts'
import type { Repository } from '../repository.ts'
import type { TreeNode } from '../tree-node.ts'
import { type ChangeOptions, fileChanged } from './change.ts'
import { type FileEntry, nodeOf } from './file-entry.ts'
import type { FileReader } from './file-reader.ts'
import type { FileWorkers } from './file-workers.ts'
import type { Owners } from './owners.ts'
import { joinPath, nodeKey, type RawPath } from './raw-path.ts'
import { namesPerLook } from './read-worker.ts'
import type { Target, Upper } from './target-tree.ts'

export interface SaverContext {
  readonly repository: Repository
  readonly workers: FileWorkers
  readonly reader: FileReader
  readonly owners: Owners
  readonly signal: AbortSignal
  readonly options: ChangeOptions & { readonly withAccessTime: boolean }
  /** Whether a path is left out; told before the disk is looked at. */
  readonly isExcluded: (path: RawPath, entry: FileEntry | undefined) => boolean
  readonly saveTree: (id: string, bytes: Buffer) => Promise<void>
  /** Something could not be read; the rest goes on. */
  readonly onError: (path: RawPath, reason: string) => void
  /** A file or directory is done. */
  readonly onItem: (path: RawPath, node: TreeNode, previous: TreeNode | undefined) => void
}

/** A line of a tree, now or later; undefined where nothing is saved. */
type Line = string | undefined | { readonly later: Promise<string | undefined> }

/** Trees that wait for room in the writer. */
const mostTrees = 256

export function createDirectorySaver(context: SaverContext) {
  const { repository, workers, reader, owners, signal, options } = context
  const gate = createGate(mostTrees)

  const previousNodes = async (previous: TreeNode | undefined, path: RawPath): Promise<Finder> => {
    if (previous?.type !== 'dir' || previous.subtree === undefined) return finder([])
    try {
      return finder(await repository.loadTree(previous.subtree, signal))
    } catch (cause) {
      if (!isAppError(cause)) throw cause
      context.onError(path, `the parent snapshot's directory cannot be read (${cause.code})`)
      return finder([])
    }
  }

  const storeTree = async (lines: readonly Line[]): Promise<string> => {
    const parts: string[] = []
    for (const line of lines) {
      const text = typeof line === 'object' ? await line.later : line
      if (text !== undefined) parts.push(text)
    }
    const bytes = Buffer.from(`{"nodes":[${parts.join(',')}]}\n`, 'utf8')
    const id = idOf(bytes)
    await gate.pass(() => context.saveTree(id, bytes))
    return id
  }

  const failed = (path: RawPath, reason: string): undefined => {
    context.onError(path, reason)
  }
  const done = (path: RawPath, node: TreeNode, previous: TreeNode | undefined): string => {
    context.onItem(path, node, previous)
    return encodeNode(node)
  }

  const saveFile = async (
    path: RawPath,
    name: RawPath,
    entry: FileEntry,
    previous: TreeNode | undefined,
  ): Promise<Line> => {
    const node = nodeOf(name, entry, owners, options)
    if (previous && !fileChanged(node, previous, options)) {
      const content = previous.content ?? []
      if (content.every((id) => repository.hasBlob('data', id)))
        return done(path, { ...node, content }, previous)
      context.onError(path, 'parts of it are not in the repository any more; it is stored again')
    }
    const { content } = await reader.read(path, entry.size)
    return later(
      content.then((read) => {
        if ('fault' in read) return failed(path, read.fault)
        const fresh = { ...nodeOf(name, read.entry, owners, options), size: read.size }
        return done(path, { ...fresh, content: read.content }, previous)
      }),
    )
  }

  const saveDirectory = async (
    path: RawPath,
    name: RawPath,
    entry: FileEntry,
    previous: TreeNode | undefined,
  ): Promise<Line> => {
    await gate.open()
    const listed = await workers.read('listDirectory', { path }, signal)
    if ('fault' in listed) return failed(path, listed.fault)
    const { names } = listed
    let { entries } = listed
    const before = await previousNodes(previous, path)
    const lines: Line[] = []
    for (let from = 0; from < names.length; from += entries.length) {
      const some = names.slice(from, from + namesPerLook)
      if (from > 0) entries = await workers.read('lookAt', { folder: path, names: some }, signal)
      for (const [index, one] of some.entries()) {
        const found = entries[index]
        if (!found) continue
        const place = joinPath(path, one)
        if (!('fault' in found)) lines.push(await saveEntry(place, one, found, before(one)))
        // What is gone since the directory was listed is no error.
        else if (found.fault !== 'ENOENT' && !context.isExcluded(place, undefined))
          context.onError(place, found.fault)
      }
    }
    const node = nodeOf(name, entry, owners, options)
    return later(storeTree(lines).then((subtree) => done(path, { ...node, subtree }, previous)))
  }

  /** Resolves when the entry was handed on; the line resolves when it is stored. */
  const saveEntry = async (
    path: RawPath,
    name: RawPath,
    entry: FileEntry,
    previous: TreeNode | undefined,
    named = false,
  ): Promise<Line> => {
    signal.throwIfAborted()
    // Sockets hold nothing; restic leaves them out, too.
    if (entry.type === 'socket' || (!named && context.isExcluded(path, entry))) return undefined
    if (entry.type === 'file') return saveFile(path, name, entry, previous)
    if (entry.type === 'dir') return saveDirectory(path, name, entry, previous)
    if (entry.type === 'irregular') return failed(path, 'its type is unknown')
    return done(path, nodeOf(name, entry, owners, options), previous)
  }

  const saveTarget = async (name: RawPath, target: Target, previous: TreeNode | undefined): Promise<Line> => {
    const { path } = target
    if (path === undefined) return undefined
    const entry = await workers.read('lookAtPath', { path, follow: target.kind === 'upper' }, signal)
    if ('fault' in entry) return failed(path, entry.fault)
    if (target.kind === 'saved') return saveEntry(path, name, entry, previous, target.named)
    const node = nodeOf(name, entry, owners, options)
    const subtree = saveUpper(target, await previousNodes(previous, path))
    return later(subtree.then((id) => done(path, { ...node, subtree: id }, previous)))
  }

  const saveUpper = async (upper: Upper, before: Finder): Promise<string> => {
    const lines: Line[] = []
    for (const name of [...upper.children.keys()].sort()) {
      const target = upper.children.get(name)
      if (target) lines.push(await saveTarget(name, target, before(name)))
    }
    return storeTree(lines)
  }

  return {
    /** Stores everything below `root` and answers the id of the root tree. */
    save: async (root: Upper, previousTree: string | undefined): Promise<string> =>
      saveUpper(
        root,
        finder(previousTree === undefined ? [] : await repository.loadTree(previousTree, signal)),
      ),
  }
}

type Finder = (name: RawPath) => TreeNode | undefined

function finder(nodes: readonly TreeNode[]): Finder {
  const byName = new Map(nodes.map((node) => [nodeKey(node), node]))
  return (name) => byName.get(name)
}

/** A failure reaches whoever waits for the directory; until then nobody may be told that it went unheard. */
function later(line: Promise<string | undefined>): Line {
  line.catch(() => undefined)
  return { later: line }
}

/** Holds a walk back while too much of its work is under way; that work never waits for the walk. */
function createGate(limit: number) {
  let underWay = 0
  let wake: (() => void) | undefined
  return {
    async open(): Promise<void> {
      while (underWay >= limit) await new Promise<void>((resolve) => (wake = resolve))
    },
    async pass(work: () => Promise<void>): Promise<void> {
      underWay++
      try {
        await work()
      } finally {
        underWay--
        wake?.()
      }
    },
  }
}
