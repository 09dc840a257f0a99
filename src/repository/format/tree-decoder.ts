/** Reads tree blobs of any writer, tolerant of unknown fields; what is lost or odd is the validator's to report. */
import { fail } from '../errors.ts'
import type { ExtendedAttribute, NodeType, TreeNode, UnknownField } from '../tree-node.ts'
import { isId } from './blob-id.ts'
import { quoteName, unquoteName } from './go-quote.ts'
import { isRecord, isTooDeep, parseJson } from './json.ts'

const nodeTypes: ReadonlySet<unknown> = new Set<NodeType>([
  'file',
  'dir',
  'symlink',
  'dev',
  'chardev',
  'fifo',
  'socket',
  'irregular',
])
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Fields of a node that restic knows. */
export const nodeFields: ReadonlySet<string> = new Set(
  [
    'name type mode mtime atime ctime uid gid user group inode device_id size links linktarget linktarget_raw',
    'extended_attributes generic_attributes device content subtree error',
  ]
    .join(' ')
    .split(' '),
)

/** Decodes the plain bytes of a tree blob. Errors: `STO_TREE_INVALID`. */
export function decodeTree(bytes: Uint8Array, tree: string): TreeNode[] {
  const nodes = rawNodes(bytes, tree)
  return nodes.map((raw) => decodeNode(raw, tree))
}

/** The nodes as parsed JSON objects (for the validator, which also looks at unknown fields). */
export function rawNodes(bytes: Uint8Array, tree: string): Readonly<Record<string, unknown>>[] {
  let value: unknown
  try {
    value = parseJson(utf8.decode(bytes))
  } catch (cause) {
    throw fail('STO_TREE_INVALID', { tree, reason: 'it is no JSON' }, cause)
  }
  const nodes = isRecord(value) ? (value['nodes'] ?? []) : undefined
  if (!Array.isArray(nodes) || !nodes.every(isRecord)) {
    throw fail('STO_TREE_INVALID', { tree, reason: 'it has no list of nodes' })
  }
  return nodes
}

export function decodeNode(raw: Readonly<Record<string, unknown>>, tree: string): TreeNode {
  const refuse = (reason: string) => fail('STO_TREE_INVALID', { tree, reason })
  const quoted = raw['name']
  if (typeof quoted !== 'string') throw refuse('a node has no name')
  const nameBytes = unquoteName(quoted)
  if (!nameBytes) throw refuse(`the name “${quoted}” is not quoted rightly`)
  const type = raw['type']
  if (!isNodeType(type)) throw refuse(`“${quoted}” is of the unknown type “${String(type)}”`)
  // Go takes null for a field that is not there.
  const text = (key: string): string | undefined => {
    const value = raw[key] ?? undefined
    if (value === undefined || typeof value === 'string') return value
    throw refuse(`${key} of “${quoted}” is no text`)
  }
  const integer = (key: string): number | bigint | undefined => {
    const value = raw[key] ?? undefined
    if (value === undefined) return undefined
    if (typeof value === 'bigint' && value >= 0n && value < 1n << 64n) return value
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0))
      return value
    throw refuse(`${key} of “${quoted}” is no unsigned integer`)
  }
  const small = (key: string, most = Number.MAX_SAFE_INTEGER): number | undefined => {
    const value = integer(key)
    if (typeof value === 'bigint' || (value ?? 0) > most) throw refuse(`${key} of “${quoted}” is too large`)
    return value
  }
  const content = raw['content'] ?? undefined
  if (content !== undefined && !(Array.isArray(content) && content.every(isId))) {
    throw refuse(`the content of “${quoted}” is no list of blob ids`)
  }
  const subtree = raw['subtree'] ?? undefined
  if (subtree !== undefined && !isId(subtree)) throw refuse(`the subtree of “${quoted}” is no id`)
  const target = text('linktarget_raw')
  if (target !== undefined && !base64.test(target)) throw refuse(`linktarget_raw of “${quoted}” is no base64`)
  const generic = raw['generic_attributes'] ?? undefined
  const unknown = unknownFields(raw)
  if ((generic ?? unknown) !== undefined && (isTooDeep(generic) || isTooDeep(unknown)))
    throw refuse(`“${quoted}” has a field that is nested too deeply`)
  const name = nameBytes.toString('utf8')
  return defined({
    name,
    quotedName: quoteName(name) === quoted ? undefined : quoted,
    type,
    mode: small('mode', most32) ?? 0,
    mtime: text('mtime') ?? zeroTime,
    atime: text('atime') ?? zeroTime,
    ctime: text('ctime') ?? zeroTime,
    uid: small('uid', most32) ?? 0,
    gid: small('gid', most32) ?? 0,
    user: text('user'),
    group: text('group'),
    inode: integer('inode'),
    device_id: integer('device_id'),
    size: small('size'),
    links: small('links'),
    linktarget: text('linktarget'),
    linktarget_raw: target,
    extended_attributes: extendedAttributes(raw['extended_attributes']),
    generic_attributes: isRecord(generic) ? generic : undefined,
    device: integer('device'),
    content,
    subtree,
    error: text('error'),
    unknownFields: unknown,
  })
}

const most32 = 2 ** 32 - 1
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Go's zero time, which stands for a missing one. */
const zeroTime = '0001-01-01T00:00:00Z'

function unknownFields(raw: Readonly<Record<string, unknown>>): UnknownField[] | undefined {
  const names = Object.keys(raw)
  if (names.every((name) => nodeFields.has(name))) return undefined
  return names.flatMap((name, position) =>
    nodeFields.has(name) ? [] : [{ name, after: names[position - 1], value: raw[name] }],
  )
}

function isNodeType(value: unknown): value is NodeType {
  return nodeTypes.has(value)
}

function extendedAttributes(value: unknown): ExtendedAttribute[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.filter(isRecord).map((item) => ({
    name: typeof item['name'] === 'string' ? item['name'] : '',
    value: typeof item['value'] === 'string' ? item['value'] : null,
  }))
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** Drops the fields that are undefined. */
function defined<T extends object>(fields: T): Defined<T> {
  const kept: Partial<Record<string, unknown>> = {}
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) kept[key] = value
  return kept as Defined<T>
}
