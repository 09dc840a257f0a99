import { encodeTree } from '../../../src/repository/format/tree-encoder.ts'
import { directoryNode } from '../../../src/repository/index.ts'
import { plantTree } from '../planting.ts'
import { type Damage, edited, file, nodes, tree, without, zeros } from './lab.ts'

export const treeDamages: readonly Damage[] = [
  {
    what: 'nodes out of order',
    severity: 'error',
    code: 'STO_NAME_ORDER',
    restic: 'lets it pass',
    plant: nodes(file('b'), file('a')),
  },
  {
    what: 'nodes ordered by UTF-16 units instead of bytes',
    severity: 'error',
    code: 'STO_NAME_ORDER',
    restic: 'lets it pass',
    plant: nodes(file('\u{1f600}'), file('\uffff')),
  },
  {
    what: 'a name twice in one directory',
    severity: 'error',
    code: 'STO_NAME_DUPLICATE',
    restic: 'lets it pass',
    plant: nodes(file('a'), file('a')),
  },
  ...(
    [
      ['an empty name', '', 'finds it'],
      ['the name “.”', '.', 'lets it pass'],
      ['the name “..”', '..', 'lets it pass'],
      ['a slash in a name', 'a/b', 'lets it pass'],
      ['a zero byte in a name', 'a\0b', 'lets it pass'],
      ['a name of 256 bytes', 'é'.repeat(128), 'lets it pass'],
    ] as const
  ).map(
    ([what, name, restic]): Damage => ({
      what,
      severity: 'error',
      code: 'STO_NAME_INVALID',
      restic,
      plant: nodes(file(name)),
    }),
  ),
  {
    what: 'a name that Go cannot unquote',
    severity: 'error',
    code: 'STO_TREE_INVALID',
    restic: 'finds it',
    plant: edited((json) => json.replace('"a"', String.raw`"a\\q"`)),
  },
  {
    what: 'a name quoted in another way than Go quotes it',
    severity: 'warning',
    code: 'STO_TREE_ENCODING',
    restic: 'lets it pass',
    plant: edited((json) => json.replace('"a"', String.raw`"\\x61"`)),
  },
  {
    what: 'a size that the content does not have',
    severity: 'error',
    code: 'STO_FILE_SIZE_MISMATCH',
    restic: 'lets it pass',
    plant: nodes(file('a', { size: 5 })),
  },
  {
    what: 'an unknown field in a node',
    severity: 'warning',
    code: 'STO_NODE_UNKNOWN_FIELD',
    restic: 'lets it pass',
    plant: edited((json) => json.replace('"uid"', '"colour":"red","uid"')),
  },
  {
    what: 'white space in a tree',
    severity: 'warning',
    code: 'STO_TREE_ENCODING',
    restic: 'lets it pass',
    plant: tree(Buffer.from('{"nodes":[ ]}\n')),
  },
  {
    what: 'a missing newline at the end of a tree',
    severity: 'warning',
    code: 'STO_TREE_ENCODING',
    restic: 'lets it pass',
    plant: tree(encodeTree([file('a')]).subarray(0, -1)),
  },
  {
    what: 'fields of a node in another order',
    severity: 'warning',
    code: 'STO_TREE_ENCODING',
    restic: 'lets it pass',
    plant: edited((json) => json.replace('"uid":0,"gid":0', '"gid":0,"uid":0')),
  },
  {
    what: 'a field of a node twice',
    severity: 'warning',
    code: 'STO_TREE_ENCODING',
    restic: 'lets it pass',
    plant: edited((json) => json.replace('"uid":0', '"uid":1,"uid":0')),
  },
  {
    what: 'a tree that is no JSON',
    severity: 'error',
    code: 'STO_TREE_INVALID',
    restic: 'finds it',
    plant: tree(Buffer.from('{"nodes":[')),
  },
  {
    what: 'a day that no calendar has',
    severity: 'error',
    code: 'STO_TIME_INVALID',
    restic: 'finds it',
    plant: edited((json) => json.replace('1970-01-01', '2023-02-29')),
  },
  {
    what: 'a number beyond 64 bits',
    severity: 'error',
    code: 'STO_TREE_INVALID',
    restic: 'finds it',
    plant: edited((json) => json.replace('"uid"', '"uid":0,"inode":18446744073709551616,"uid"')),
  },
  {
    what: 'a node of an unknown type',
    severity: 'error',
    code: 'STO_TREE_INVALID',
    restic: 'finds it',
    plant: edited((json) => json.replace('"file"', '"thing"')),
  },
  {
    what: 'a node of the type “irregular”',
    severity: 'error',
    code: 'STO_NODE_INVALID',
    restic: 'finds it',
    plant: nodes({ ...without(file('a'), 'content'), type: 'irregular', mode: 0x0008_0000 }),
  },
  {
    what: 'a file without a list of its content',
    severity: 'error',
    code: 'STO_NODE_INVALID',
    restic: 'finds it',
    plant: edited((json) => json.replace('"content":[]', '"content":null')),
  },
  {
    what: 'a directory without a tree',
    severity: 'error',
    code: 'STO_NODE_INVALID',
    restic: 'finds it',
    plant: edited(
      (json) => json.replace(`,"subtree":"${zeros}"`, ''),
      directoryNode({ name: 'a', subtree: zeros, mtime: 0 }),
    ),
  },
  {
    what: 'a mode that says it is something else',
    severity: 'warning',
    code: 'STO_NODE_ODD',
    restic: 'lets it pass',
    plant: nodes(file('a', { mode: 0x8000_0000 + 0o700 })),
  },
  {
    what: 'a symbolic link without a target',
    severity: 'warning',
    code: 'STO_NODE_ODD',
    restic: 'lets it pass',
    plant: nodes({ ...without(file('a'), 'content'), type: 'symlink', mode: 0x0800_0000 + 0o777 }),
  },
  {
    what: 'a file with a subtree',
    severity: 'warning',
    code: 'STO_NODE_ODD',
    restic: 'lets it pass',
    plant: nodes(file('a', { subtree: zeros })),
  },
  {
    what: 'content that is in no index',
    severity: 'error',
    code: 'STO_BLOB_UNKNOWN',
    restic: 'finds it',
    plant: nodes(file('a', { content: [zeros] })),
  },
  {
    what: 'a directory whose tree is in no index',
    severity: 'error',
    code: 'STO_BLOB_UNKNOWN',
    restic: 'finds it',
    plant: nodes(directoryNode({ name: 'a', subtree: zeros, mtime: 0 })),
  },
  {
    what: 'content that is stored as a tree',
    severity: 'error',
    code: 'STO_BLOB_WRONG_TYPE',
    restic: 'finds it',
    async plant(lab) {
      const { tree: content } = await lab.repository.findSnapshot(lab.snapshot)
      await plantTree(lab.repository, encodeTree([file('a', { content: [content], size: 5 })]))
    },
  },
  {
    what: 'a directory whose tree is stored as data',
    severity: 'error',
    code: 'STO_BLOB_WRONG_TYPE',
    restic: 'finds it',
    async plant(lab) {
      const [subtree = ''] = lab.content
      await plantTree(lab.repository, encodeTree([directoryNode({ name: 'a', subtree, mtime: 0 })]))
    },
  },
]
