/** Backups of made-up files for the tests of maintenance, and their comparison with what can be read back. */
import assert from 'node:assert/strict'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { directoryNode, fileNode, type Repository, type TreeNode } from '../../src/repository/index.ts'

/** Bytes that do not compress, the same for the same seed. */
export function madeUp(seed: string, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let block = Buffer.from(idOf(Buffer.from(seed)), 'hex')
  for (let at = 0; at < length; at += 32) {
    block.copy(bytes, at)
    if (at % 1024 === 0) block = Buffer.from(idOf(block), 'hex')
    else block.writeUInt32LE(at, 0)
  }
  return bytes
}

export type Files = ReadonlyMap<string, Buffer>

/** Backs files up (names are `folder/name`) under a shared lock and answers the snapshot's id. */
export async function backUp(
  repository: Repository,
  files: Files,
  options: { readonly time?: number; readonly tags?: readonly string[] } = {},
): Promise<string> {
  const lock = await repository.lock('shared')
  try {
    await repository.refreshIndex()
    const writer = repository.writer()
    const folders = new Map<string, TreeNode[]>()
    for (const [path, bytes] of files) {
      const [folder = '', name = ''] = path.split('/')
      const nodes = folders.get(folder) ?? []
      folders.set(folder, nodes)
      nodes.push(fileNode({ name, ...(await writer.saveContent(bytes)), mtime: 0 }))
    }
    const nodes: TreeNode[] = []
    for (const [name, content] of folders) {
      nodes.push(directoryNode({ name, subtree: await writer.saveTree(content), mtime: 0 }))
    }
    return await writer.saveSnapshot({ tree: await writer.saveTree(nodes), ...options })
  } finally {
    await lock.release()
  }
}

export async function assertHolds(repository: Repository, snapshot: string, files: Files): Promise<void> {
  const { tree } = await repository.findSnapshot(snapshot)
  const found = new Map<string, Buffer>()
  for (const folder of await repository.loadTree(tree)) {
    for (const node of await repository.loadTree(folder.subtree ?? '')) {
      found.set(
        `${folder.name}/${node.name}`,
        Buffer.concat(await Array.fromAsync(repository.readFile(node))),
      )
    }
  }
  assert.deepEqual([...found.keys()].toSorted(), [...files.keys()].toSorted())
  for (const [path, bytes] of files) assert.ok(found.get(path)?.equals(bytes), `${snapshot}: ${path}`)
}

/** Files of the given version: most stay the same from one to the next, some change, some come. */
export function filesOf(version: number, size = 20_000): Map<string, Buffer> {
  const files = new Map<string, Buffer>([['common/always', madeUp('always', size)]])
  for (let file = 0; file < 12; file++) {
    const changes = file % 4 === 0 ? version : Math.floor(version / (1 + (file % 4)))
    files.set(`folder ${file % 3}/file ${file}`, madeUp(`${file} ${changes}`, size))
  }
  files.set(`new/in ${version}`, madeUp(`new ${version}`, size))
  files.set('new/empty', Buffer.alloc(0))
  return files
}
