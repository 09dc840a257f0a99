/** What damages are planted into, and with. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { internalsOf } from '../../../src/repository/create-repository.ts'
import { idOf } from '../../../src/repository/format/blob-id.ts'
import { seal } from '../../../src/repository/format/crypto.ts'
import { encodeIndex } from '../../../src/repository/format/index-file.ts'
import { encodeNode, encodeTree } from '../../../src/repository/format/tree-encoder.ts'
import { type FileType, fileNode, type Repository, type TreeNode } from '../../../src/repository/index.ts'
import { plantJson, plantTree, replaceFile } from '../planting.ts'

/** A sound repository in a folder: one snapshot, a data pack with two blobs, a tree pack. */
export interface Lab {
  readonly folder: string
  readonly repository: Repository
  readonly snapshot: string
  readonly dataPack: string
  readonly treePack: string
  /** Ids of the two data blobs. */
  readonly content: readonly string[]
}

export interface Damage {
  readonly what: string
  readonly severity: 'error' | 'warning'
  readonly code: string
  /** Codes that come along with it. */
  readonly also?: readonly string[]
  /** What `restic check --read-data` (0.14) makes of it. */
  readonly restic: 'finds it' | 'lets it pass' | 'cannot open it'
  /** Whether the check of this room finds it, too, if it is no matter for the strict validator alone. Default true. */
  readonly checked?: false
  readonly plant: (lab: Lab) => Promise<unknown>
}

export const zeros = '0'.repeat(64)
export const file = (name: string, change: Partial<TreeNode> = {}): TreeNode => ({
  ...fileNode({ name, size: 0, content: [], mtime: 0 }),
  ...change,
})
export const tree = (bytes: Buffer) => (lab: Lab) => plantTree(lab.repository, bytes)
export const nodes = (...list: TreeNode[]) => tree(encodeTree(list))
/** A tree of one node whose JSON is changed by hand. */
export const edited = (change: (json: string) => string, node = file('a')) =>
  tree(Buffer.from(`{"nodes":[${change(encodeNode(node))}]}\n`))
export const without = (node: TreeNode, field: keyof TreeNode): TreeNode => {
  const { [field]: _, ...rest } = node
  return rest as TreeNode
}
export const extra = Buffer.from('a blob of its own, stored for this damage')
export const used = async ({ repository }: Lab, ids: readonly string[]) => {
  const sizes = await Promise.all(ids.map(async (id) => (await repository.loadBlob(id)).length))
  const size = sizes.reduce((sum, length) => sum + length, 0)
  const writer = repository.writer()
  await writer.saveSnapshot({ tree: await writer.saveTree([file('used', { size, content: [...ids] })]) })
}
export const snapshotJson = (lab: Lab, change: (fields: Record<string, unknown>) => object) => {
  const fields = { time: '2024-05-01T12:00:00Z', tree: zeros, paths: ['/'], hostname: 'h', username: 'u' }
  return lab.repository
    .findSnapshot(lab.snapshot)
    .then((found) =>
      plantJson(lab.repository, 'snapshots', JSON.stringify(change({ ...fields, tree: found.tree }))),
    )
}
export const replaceKey = async (
  { repository }: Lab,
  change: (fields: Record<string, unknown>) => object | string,
) => {
  const { backend, currentKey } = internalsOf(repository)
  const fields: Record<string, unknown> = JSON.parse((await backend.load('keys', currentKey.name)).toString())
  const changed = change(fields)
  const bytes = Buffer.from(typeof changed === 'string' ? changed : JSON.stringify(changed))
  await backend.save('keys', idOf(bytes), bytes)
}
export const replaceConfig = async ({ repository }: Lab, change: (json: string) => string) => {
  const { backend, key, id, chunkerPolynomial } = { ...internalsOf(repository), ...repository }
  const json = change(JSON.stringify({ version: 2, id, chunker_polynomial: chunkerPolynomial }))
  await replaceFile(repository, 'config', 'config', () => seal(key, Buffer.from(json)))
  await backend.stat('config', 'config')
}
export const lock = (lab: Lab, fields: object) =>
  plantJson(
    lab.repository,
    'locks',
    JSON.stringify({
      time: new Date().toISOString(),
      exclusive: false,
      hostname: 'h',
      username: 'u',
      pid: 1,
      ...fields,
    }),
  )
export const firstIndex = async ({ repository }: Lab) => {
  const [index] = await Array.fromAsync(internalsOf(repository).backend.list('index'))
  return index?.name ?? ''
}
/** Writes the index anew, changed as text. */
export const reindex = async (lab: Lab, change: (json: string) => string) => {
  const { backend, ...internals } = internalsOf(lab.repository)
  const name = await firstIndex(lab)
  const packs = internals.index().packs.map((id) => ({ id, blobs: blobsOf(lab, id) }))
  await backend.remove('index', name)
  await plantJson(lab.repository, 'index', change(encodeIndex(packs).toString()))
}
export const blobsOf = ({ repository }: Lab, pack: string) => {
  const index = internalsOf(repository).index()
  return Array.from({ length: index.size }, (_, number) => index.entry(number)).filter(
    (blob) => blob.pack === pack,
  )
}
export const place = async (lab: Lab, path: string) => {
  await mkdir(dirname(join(lab.folder, path)), { recursive: true })
  await writeFile(join(lab.folder, path), 'left here by somebody')
}
export const rebuild = (lab: Lab, type: FileType, name: string, change: (bytes: Buffer) => Buffer) =>
  replaceFile(lab.repository, type, name, change)
