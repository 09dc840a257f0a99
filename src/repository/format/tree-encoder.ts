/**
 * A directory as the exact bytes restic writes: Go's field order, escapes and a newline at the end. Equal directories then
 * get equal ids whoever wrote them, and programs that rewrite trees accept ours.
 */
import { fail } from '../errors.ts'
import type { TreeNode } from '../tree-node.ts'
import { isId } from './blob-id.ts'
import { jsonBytes, jsonString, quoteName } from './go-quote.ts'
import { checkedTime } from './go-time.ts'
import { jsonValue } from './json.ts'

/** The tree blob of nodes that are already in order (`orderNodes`). Errors: `STO_NODE_INVALID`, `STO_TIME_INVALID`. */
export function encodeTree(nodes: readonly TreeNode[]): Buffer {
  return Buffer.from(`{"nodes":[${nodes.map(encodeNode).join(',')}]}\n`, 'utf8')
}

/** One node as JSON text. */
export function encodeNode(node: TreeNode): string {
  const refuse = (reason: string) => fail('STO_NODE_INVALID', { name: node.name, reason })
  const unsigned = (value: number | bigint, bits: number, field: string): string => {
    const exact = typeof value === 'bigint' || Number.isSafeInteger(value)
    if (!exact || value < 0 || BigInt(value) >= 1n << BigInt(bits)) {
      throw refuse(`${field} is no unsigned integer of ${bits} bits`)
    }
    return value.toString()
  }
  if (node.type === 'file' && !node.content) throw refuse('a file needs the list of its content')
  if (node.type === 'dir' && !isId(node.subtree)) throw refuse('a directory needs the id of its tree')

  const fields: string[] = []
  const add = (key: string, text: string | undefined) => {
    if (text !== undefined) fields.push(`"${key}":${text}`)
    if (node.unknownFields) addUnknown(key)
  }
  const unknown = node.unknownFields && Map.groupBy(node.unknownFields, ({ after }) => after)
  /** Fields after another one, and those after them: a loop, since nobody bounds how many there are. */
  const addUnknown = (after: string | undefined) => {
    const open = unknown?.get(after)?.toReversed() ?? []
    for (let field = open.pop(); field; field = open.pop()) {
      fields.push(`${jsonString(field.name)}:${jsonValue(field.value)}`)
      open.push(...(unknown?.get(field.name)?.toReversed() ?? []))
    }
  }
  if (node.unknownFields) addUnknown(undefined)
  add('name', jsonString(node.quotedName ?? quoteName(node.name)))
  add('type', jsonString(node.type))
  const number = (key: string, value: number | bigint | undefined, bits = 64) =>
    add(key, value ? unsigned(value, bits, key) : undefined)
  const text = (key: string, value: string | undefined) => add(key, value ? jsonString(value) : undefined)

  number('mode', node.mode, 32)
  add('mtime', jsonString(checkedTime(node.mtime)))
  add('atime', jsonString(checkedTime(node.atime)))
  add('ctime', jsonString(checkedTime(node.ctime)))
  add('uid', unsigned(node.uid, 32, 'uid'))
  add('gid', unsigned(node.gid, 32, 'gid'))
  text('user', node.user)
  text('group', node.group)
  number('inode', node.inode)
  number('device_id', node.device_id)
  number('size', node.size)
  number('links', node.links)
  add('linktarget', linkTarget(node))
  text('linktarget_raw', node.linktarget_raw)
  if (node.extended_attributes?.length) add('extended_attributes', jsonValue(node.extended_attributes))
  if (node.generic_attributes && Object.keys(node.generic_attributes).length > 0) {
    // As Go sorts a map. An object would put names that are numbers first.
    const entries = Object.entries(node.generic_attributes).sort(([a], [b]) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    )
    add(
      'generic_attributes',
      `{${entries.map(([key, value]) => `${jsonString(key)}:${jsonValue(value)}`).join(',')}}`,
    )
  }
  number('device', node.device)
  add(
    'content',
    node.content ? `[${node.content.map((id) => `"${checkedId(id, node)}"`).join(',')}]` : 'null',
  )
  if (node.subtree !== undefined) add('subtree', `"${checkedId(node.subtree, node)}"`)
  text('error', node.error)
  return `{${fields.join(',')}}`
}

/** Where the target is no UTF-8, its bytes are in `linktarget_raw` and Go's marks for them here. */
function linkTarget({ linktarget, linktarget_raw: raw }: TreeNode): string | undefined {
  if (!linktarget) return undefined
  return raw ? jsonBytes(Buffer.from(raw, 'base64')) : jsonString(linktarget)
}

function checkedId(id: string, node: TreeNode): string {
  if (!isId(id)) throw fail('STO_NODE_INVALID', { name: node.name, reason: 'a blob id in it is none' })
  return id
}
