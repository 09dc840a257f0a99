/** The validator's view of directories: everything a restore and a rewrite need, and what `restic check` lets pass. */
import { uniformEscapes } from '../format/canonical.ts'
import { sealOverhead } from '../format/crypto.ts'
import { isQuotedByGo } from '../format/go-quote.ts'
import { isTime } from '../format/go-time.ts'
import { nameBytes, nameFault } from '../format/node-order.ts'
import { decodeNode, nodeFields, rawNodes } from '../format/tree-decoder.ts'
import { encodeTree } from '../format/tree-encoder.ts'
import type { BlobIndex } from '../read/blob-index.ts'
import { type BlobSource, loadBlobFrom } from '../read/load-blob.ts'
import type { Finding } from '../repository.ts'
import type { TreeNode } from '../tree-node.ts'
import { finding, findingOf } from './finding.ts'
import { nodeOddities } from './node-oddities.ts'

/** What all trees of one walk share. */
export interface TreeWalk {
  readonly source: BlobSource
  readonly index: BlobIndex
  readonly strict: boolean
  /** 1 at the first place of each blob that was met. */
  readonly used: Uint8Array
  readonly signal: AbortSignal
}

/** Walks a tree; trees that were met before are not looked at again. `path` begins with the snapshot it was reached from. */
export async function* checkTree(walk: TreeWalk, root: string, rootPath: string): AsyncIterable<Finding> {
  const { index, used } = walk
  const open = [{ tree: root, path: rootPath }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { tree, path } = next
    const entry = index.entryOf('tree', tree)
    if (entry >= 0 && used[entry] === 1) continue
    if (entry >= 0) used[entry] = 1
    else if (index.has('data', tree)) {
      yield finding('error', path, 'STO_BLOB_WRONG_TYPE', { type: 'tree', blob: tree })
      continue
    }
    let bytes: Buffer
    let raw: Readonly<Record<string, unknown>>[]
    try {
      bytes = await loadBlobFrom(walk.source, 'tree', tree, index.find('tree', tree), walk.signal)
      raw = rawNodes(bytes, tree)
    } catch (error) {
      walk.signal.throwIfAborted()
      yield findingOf(error, path)
      continue
    }
    const nodes: TreeNode[] = []
    const findings: Finding[] = []
    for (const fields of raw) {
      try {
        const node = decodeNode(fields, tree)
        nodes.push(node)
        findings.push(...checkNode(walk, node, fields, `${path}/${node.name}`))
        if (node.type === 'dir' && node.subtree)
          open.push({ tree: node.subtree, path: `${path}/${node.name}` })
      } catch (error) {
        findings.push(findingOf(error, path))
      }
    }
    if (walk.strict) {
      findings.push(...checkOrder(nodes, tree, path))
      if (findings.length === 0 && !encodesTo(nodes, bytes)) {
        findings.push(finding('warning', path, 'STO_TREE_ENCODING', { tree }))
      }
    }
    yield* findings
  }
}

function* checkNode(
  { index, used, strict }: TreeWalk,
  node: TreeNode,
  fields: Readonly<Record<string, unknown>>,
  path: string,
): Iterable<Finding> {
  const { name } = node
  const invalid = (reason: string) => finding('error', path, 'STO_NODE_INVALID', { name, reason })
  const reason = nameFault(nameBytes(node))
  if (reason) yield finding('error', path, 'STO_NAME_INVALID', { name, reason })
  for (const time of [node.mtime, node.atime, node.ctime]) {
    if (!isTime(time)) yield finding('error', path, 'STO_TIME_INVALID', { time })
  }
  if (strict) {
    for (const field of Object.keys(fields)) {
      if (!nodeFields.has(field)) yield finding('warning', path, 'STO_NODE_UNKNOWN_FIELD', { name, field })
    }
    for (const oddity of nodeOddities(node)) {
      yield finding('warning', path, 'STO_NODE_ODD', { name, reason: oddity })
    }
  }
  if (node.type === 'irregular') yield invalid('its type cannot be restored')
  // A subtree that is missing is reported when it is opened.
  if (node.type === 'dir' && !node.subtree) yield invalid('it is a directory without a tree')
  if (node.type !== 'file') return
  if (!node.content) {
    yield invalid('it is a file without a list of its content')
    return
  }
  let actual = 0
  for (const blob of node.content) {
    const entry = index.entryOf('data', blob)
    if (entry >= 0) {
      used[entry] = 1
      const { length, uncompressedLength } = index.entry(entry)
      actual += uncompressedLength ?? length - sealOverhead
      continue
    }
    const code = index.has('tree', blob) ? 'STO_BLOB_WRONG_TYPE' : 'STO_BLOB_UNKNOWN'
    yield finding('error', path, code, { type: 'data', blob })
    actual = Number.NaN
  }
  const size = node.size ?? 0
  if (!Number.isNaN(actual) && actual !== size) {
    yield finding('error', path, 'STO_FILE_SIZE_MISMATCH', { name, size, actual })
  }
}

function* checkOrder(nodes: readonly TreeNode[], tree: string, path: string): Iterable<Finding> {
  const seen = new Set<string>()
  let previous: Buffer | undefined
  for (const node of nodes) {
    const bytes = nameBytes(node)
    const key = bytes.toString('latin1')
    const { name } = node
    if (seen.has(key)) yield finding('error', `${path}/${name}`, 'STO_NAME_DUPLICATE', { name })
    else if (previous && Buffer.compare(previous, bytes) > 0) {
      yield finding('error', `${path}/${name}`, 'STO_NAME_ORDER', { tree, name })
    }
    seen.add(key)
    previous = bytes
  }
}

function encodesTo(nodes: readonly TreeNode[], bytes: Buffer): boolean {
  try {
    if (!nodes.every(({ quotedName }) => quotedName === undefined || isQuotedByGo(quotedName))) return false
    const encoded = encodeTree(nodes)
    return encoded.equals(bytes) || uniformEscapes(encoded.toString()) === uniformEscapes(bytes.toString())
  } catch {
    return false
  }
}
