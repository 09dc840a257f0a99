/** The validator's view of directories: everything a restore and a rewrite need, and what `restic check` lets pass. */
import { sealOverhead } from '../format/crypto.ts'
import { isTime } from '../format/go-time.ts'
import { nameBytes, nameFault } from '../format/node-order.ts'
import { decodeNode, rawNodes } from '../format/tree-decoder.ts'
import { encodeTree } from '../format/tree-encoder.ts'
import type { BlobIndex } from '../read/blob-index.ts'
import { type BlobSource, loadBlobFrom } from '../read/load-blob.ts'
import type { Finding } from '../repository.ts'
import type { TreeNode } from '../tree-node.ts'
import { finding, findingOf } from './finding.ts'

const knownFields: ReadonlySet<string> = new Set(
  [
    'name type mode mtime atime ctime uid gid user group inode device_id size links linktarget linktarget_raw',
    'extended_attributes generic_attributes device content subtree error',
  ]
    .join(' ')
    .split(' '),
)

/** Walks a tree; trees in `seen` are not looked at again. `path` begins with the snapshot it was reached from. */
export async function* checkTree(
  source: BlobSource,
  index: BlobIndex,
  root: string,
  rootPath: string,
  seen: Set<string>,
  signal?: AbortSignal,
): AsyncIterable<Finding> {
  const open = [{ tree: root, path: rootPath }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { tree, path } = next
    if (seen.has(tree)) continue
    seen.add(tree)
    let bytes: Buffer
    let raw: Readonly<Record<string, unknown>>[]
    try {
      bytes = await loadBlobFrom(source, 'tree', tree, index.find('tree', tree), signal)
      raw = rawNodes(bytes, tree)
    } catch (error) {
      yield findingOf(error, path)
      continue
    }
    const nodes: TreeNode[] = []
    const findings: Finding[] = []
    for (const fields of raw) {
      try {
        const node = decodeNode(fields, tree)
        nodes.push(node)
        findings.push(...checkNode(node, fields, index, `${path}/${node.name}`))
        if (node.type === 'dir' && node.subtree)
          open.push({ tree: node.subtree, path: `${path}/${node.name}` })
      } catch (error) {
        findings.push(findingOf(error, path))
      }
    }
    findings.push(...checkOrder(nodes, tree, path))
    if (findings.length === 0 && !encodesTo(nodes, bytes)) {
      findings.push(finding('warning', path, 'STO_TREE_ENCODING', { tree }))
    }
    yield* findings
  }
}

function* checkNode(
  node: TreeNode,
  fields: Readonly<Record<string, unknown>>,
  index: BlobIndex,
  path: string,
): Iterable<Finding> {
  const { name } = node
  const reason = nameFault(nameBytes(node))
  if (reason) yield finding('error', path, 'STO_NAME_INVALID', { name, reason })
  for (const field of Object.keys(fields)) {
    if (!knownFields.has(field)) yield finding('warning', path, 'STO_NODE_UNKNOWN_FIELD', { name, field })
  }
  for (const time of [node.mtime, node.atime, node.ctime]) {
    if (!isTime(time)) yield finding('error', path, 'STO_TIME_INVALID', { time })
  }
  const invalid = (text: string) => finding('error', path, 'STO_NODE_INVALID', { name, reason: text })
  if (node.type === 'irregular') yield invalid('its type cannot be restored')
  if (node.type === 'dir') {
    if (!node.subtree) yield invalid('it is a directory without a tree')
    // A subtree that is missing is reported when it is opened.
    return
  }
  if (node.type !== 'file') return
  if (!node.content) {
    yield invalid('it is a file without a list of its content')
    return
  }
  let actual = 0
  for (const blob of node.content) {
    const [place] = index.find('data', blob)
    if (!place) yield finding('error', path, 'STO_BLOB_UNKNOWN', { type: 'data', blob })
    actual += place ? (place.uncompressedLength ?? place.length - sealOverhead) : Number.NaN
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
    return encodeTree(nodes).equals(bytes)
  } catch {
    return false
  }
}
