/** The walk of a restore: directories are made on the way down, files gathered into rounds, links and times follow at the end. */
import { isUtf8 } from 'node:buffer'
import { isAppError } from '../../errors/index.ts'
import type { RepositoryInternals } from '../create-repository.ts'
import { nameBytes, nameFault } from '../format/node-order.ts'
import type { Repository } from '../repository.ts'
import type { TreeNode } from '../tree-node.ts'
import type { FileEntry } from './file-entry.ts'
import type { FileWorkers } from './file-workers.ts'
import { joinPath, nodeKey, pathBytes, type RawPath, rawPath } from './raw-path.ts'
import { type PlannedFile, plainLength, restoreContent } from './restore-content.ts'
import { decide, linkTargetOf, metadataOf, type Place } from './restore-plan.ts'
import type { RestoreOptions } from './restore-snapshot.ts'
import { makeSpecialFile } from './special-files.ts'
import type { Metadata, OtherFile } from './write-worker.ts'

/** What a restore has written. */
export interface RestoreResult {
  readonly files: number
  readonly directories: number
  /** Links, pipes and devices. */
  readonly others: number
  /** Files that stayed as they were, by the policy of overwriting. */
  readonly skipped: number
  /** Bytes of content written. */
  readonly bytes: number
  readonly errors: number
  /** Items whose extended attributes were not restored. */
  readonly withoutAttributes: number
}

export interface RestorerContext {
  readonly repository: Repository
  readonly internals: RepositoryInternals
  readonly workers: FileWorkers
  readonly options: RestoreOptions
  readonly signal: AbortSignal
  /** How names of unfinished files begin; nobody can guess it. */
  readonly mark: string
}

/** Blobs of one round: what is known of them stays in memory until its end. */
const blobsPerRound = 16_384
const itemsPerTask = 500

type Described = { readonly path: RawPath; readonly metadata: Metadata; readonly location: string }
type PlannedOther = OtherFile & { readonly location: string }

export function createRestorer(context: RestorerContext) {
  const { repository, workers, options, signal } = context
  const { overwrite = 'always', dryRun = false } = options
  const select = options.select ?? (() => ({ selected: true, below: true }))
  const setOwner = process.geteuid?.() === 0
  const counters = {
    files: 0,
    directories: 0,
    others: 0,
    skipped: 0,
    bytes: 0,
    errors: 0,
    withoutAttributes: 0,
  }
  let files: PlannedFile[] = []
  let others: PlannedOther[] = []
  let unchanged: Described[] = []
  let blobs = 0
  let number = 0
  /** First names of files that have several, and the other names. */
  const firstNames = new Map<string, RawPath>()
  const hardLinks: PlannedOther[] = []
  /** Innermost first. */
  const directories: Described[] = []

  const report = () =>
    options.onProgress?.({ filesDone: counters.files, bytesDone: counters.bytes, errors: counters.errors })
  const error = (location: string, reason: string) => {
    counters.errors++
    options.onError?.(location, reason)
    report()
  }
  const temporary = (folder: RawPath) => joinPath(folder, rawPath(`${context.mark}-${number++}`))

  /** Makes a directory and those above it when it is needed; answers whether it can be used. */
  const ensure = async (place: Place): Promise<boolean> => {
    if (place.state === undefined) {
      if (place.parent && !(await ensure(place.parent))) place.state = 'failed'
      else await makeAll([place])
    }
    return place.state !== 'failed'
  }
  const makeAll = async (places: readonly Place[]): Promise<void> => {
    const wanted = places.filter(({ state }) => state === undefined)
    counters.directories += wanted.length
    if (dryRun) for (const place of wanted) place.state = 'there'
    else if (wanted.length > 0) {
      const paths = wanted.map(({ path }) => path)
      const outcomes = await workers.write('makeDirectories', { paths, replace: overwrite !== 'never' })
      for (const [index, place] of wanted.entries()) {
        const outcome = outcomes[index] ?? { fault: 'unknown' }
        place.state = typeof outcome === 'string' ? outcome : 'failed'
        if (typeof outcome !== 'string') error(place.location, outcome.fault)
      }
    }
  }

  /** Answers whether anything in it was restored. */
  const walk = async (place: Place, tree: string): Promise<boolean> => {
    signal.throwIfAborted()
    const nodes = await goodNodes(place, tree)
    const places: { readonly child: Place; readonly below: boolean; readonly selected: boolean }[] = []
    const items: TreeNode[] = []
    for (const node of nodes) {
      const location = `${place.location === '/' ? '' : place.location}/${node.name}`
      const { selected, below } = select(location, node.type === 'dir')
      if (node.type === 'dir') {
        const path = joinPath(place.path, nodeKey(node))
        if (selected || below)
          places.push({ child: { path, location, parent: place, node, state: undefined }, selected, below })
      } else if (selected && node.type !== 'socket') items.push(node)
    }
    let restored = items.length > 0 || places.some(({ selected }) => selected)
    if (restored && !(await ensure(place))) return true
    await makeAll(places.filter(({ selected }) => selected).map(({ child }) => child))
    await planItems(place, items)
    for (const { child, below, selected } of places) {
      let any = selected
      if (below && child.state !== 'failed' && child.node?.subtree)
        any = (await walk(child, child.node.subtree)) || any
      if (!any) continue
      restored = true
      if (child.node && child.state !== 'failed' && child.state !== undefined)
        directories.push({
          path: child.path,
          location: child.location,
          metadata: metadataOf(child.node, setOwner),
        })
    }
    return restored
  }

  /** The nodes of a directory that a disk can hold; the others are told. */
  const goodNodes = async (place: Place, tree: string): Promise<TreeNode[]> => {
    let nodes: readonly TreeNode[]
    try {
      nodes = await repository.loadTree(tree, signal)
    } catch (cause) {
      signal.throwIfAborted()
      if (!isAppError(cause, 'STO_BLOB_UNKNOWN', 'STO_BLOB_DAMAGED', 'STO_TREE_INVALID')) throw cause
      error(place.location, cause.message)
      return []
    }
    const seen = new Set<RawPath>()
    return nodes.filter((node) => {
      const key = nodeKey(node)
      const fault = nameFault(nameBytes(node)) ?? (seen.has(key) ? 'its name is there twice' : undefined)
      seen.add(key)
      if (fault !== undefined) error(`${place.location}: “${node.name}”`, fault)
      return fault === undefined
    })
  }

  const planItems = async (place: Place, items: readonly TreeNode[]): Promise<void> => {
    for (let from = 0; from < items.length; from += itemsPerTask) {
      const some = items.slice(from, from + itemsPerTask)
      const there = await whatIsThere(place, some)
      for (const [index, node] of some.entries()) await plan(place, node, there[index])
      if (blobs >= blobsPerRound || files.length + others.length + unchanged.length >= blobsPerRound)
        await finishRound()
    }
  }

  const whatIsThere = async (
    place: Place,
    nodes: readonly TreeNode[],
  ): Promise<(FileEntry | undefined)[]> => {
    if (overwrite === 'always' || place.state === 'made') return []
    const found = await workers.read('lookAt', { folder: place.path, names: nodes.map(nodeKey) }, signal)
    return found.map((entry) => ('fault' in entry ? undefined : entry))
  }

  const plan = async (place: Place, node: TreeNode, there: FileEntry | undefined): Promise<void> => {
    const path = joinPath(place.path, nodeKey(node))
    const location = `${place.location === '/' ? '' : place.location}/${node.name}`
    const decision = decide(overwrite, node, there)
    if (node.extended_attributes?.length) counters.withoutAttributes++
    const common = { path, location, metadata: metadataOf(node, setOwner), temporary: temporary(place.path) }
    if (node.type === 'file' && (node.links ?? 0) > 1) {
      const key = `${node.device_id ?? 0} ${node.inode ?? 0}`
      const first = firstNames.get(key)
      if (first === undefined) firstNames.set(key, path)
      else {
        if (decision !== 'skip') hardLinks.push({ ...common, kind: 'hardlink', target: first })
        else counters.skipped++
        return
      }
    }
    if (decision !== 'write') {
      counters.skipped++
      if (decision === 'describe') unchanged.push(common)
    } else if (node.type === 'file') {
      blobs += node.content?.length ?? 0
      files.push({ ...common, size: node.size ?? 0, content: node.content ?? [] })
    } else if (node.type === 'symlink')
      others.push({ ...common, kind: 'symlink', target: linkTargetOf(node) })
    else await planSpecial(node, common)
  }

  const planSpecial = async (
    node: TreeNode,
    common: Described & { readonly temporary: RawPath },
  ): Promise<void> => {
    if (dryRun) {
      others.push({ ...common, kind: 'made' })
      return
    }
    // Programs take names as text only; where the folder's path is no UTF-8, it is made at the top and moved.
    const own = pathBytes(common.temporary)
    const place = isUtf8(own) ? common.temporary : temporary(rootPath)
    const failure = await makeSpecialFile(node, pathBytes(place).toString('utf8'))
    if (failure === undefined) others.push({ ...common, temporary: place, kind: 'made' })
    else error(common.location, failure)
  }
  let rootPath: RawPath = ''

  const finishRound = async (): Promise<void> => {
    const [content, rest, known] = [files, others, unchanged]
    ;[files, others, unchanged, blobs] = [[], [], [], 0]
    if (dryRun) {
      counters.files += content.length
      counters.others += rest.length
      counters.bytes += content.reduce((sum, { size }) => sum + size, 0)
      return
    }
    const whole: PlannedFile[] = []
    await restoreContent(
      {
        ...context,
        onFile(file, failure) {
          if (failure === undefined) {
            counters.files++
            whole.push(file)
          } else error(file.location, failure)
          report()
        },
        onBytes(bytes) {
          counters.bytes += bytes
        },
      },
      content,
    )
    if (options.verify) await verify(whole)
    await createOthers(rest)
    await inSlices(known, (slice) => workers.write('describeFiles', { files: slice }))
  }

  const verify = (written: readonly PlannedFile[]): Promise<void> =>
    inSlices(written, async (slice) => {
      const index = context.internals.index()
      const compared = await workers.write('compareFiles', {
        files: slice.map(({ path, content }) => ({
          path,
          blobs: content.flatMap((id) =>
            index
              .find('data', id)
              .slice(0, 1)
              .map((place) => ({ id, length: plainLength(place) })),
          ),
        })),
      })
      return compared.map((one) =>
        one === true ? undefined : one === false ? { fault: 'what was written is not what is stored' } : one,
      )
    })

  const createOthers = (items: readonly PlannedOther[]): Promise<void> =>
    inSlices(items, async (slice) => {
      const faults = await workers.write('createOthers', { files: slice })
      counters.others += faults.filter((fault) => fault === undefined).length
      return faults
    })

  /** Work for many items, some at a time; what went wrong is told. */
  const inSlices = async <T extends { readonly location: string }>(
    items: readonly T[],
    work: (slice: readonly T[]) => Promise<readonly ({ readonly fault: string } | undefined)[]>,
  ): Promise<void> => {
    for (let from = 0; from < items.length; from += itemsPerTask) {
      signal.throwIfAborted()
      const slice = items.slice(from, from + itemsPerTask)
      const faults = await work(slice)
      for (const [index, { location }] of slice.entries()) {
        const fault = faults[index]
        if (fault) error(location, fault.fault)
      }
    }
  }

  return {
    /** Restores the tree `root` into the folder `target`, which exists. */
    async restore(root: string, target: string): Promise<RestoreResult> {
      rootPath = rawPath(target)
      await walk({ path: rootPath, location: '/', parent: undefined, node: undefined, state: 'there' }, root)
      await finishRound()
      if (dryRun) counters.others += hardLinks.length
      else {
        await createOthers(hardLinks)
        await inSlices(directories, (slice) => workers.write('describeDirectories', { directories: slice }))
      }
      return counters
    },
  }
}
