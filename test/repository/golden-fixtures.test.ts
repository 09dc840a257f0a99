/**
 * Repositories that stock restic made (`scripts/golden-repositories.ts`), kept in `fixtures/` with what restic itself says is in them: read
 * byte for byte, encoded anew byte for byte, edited and maintained without a loss.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { internalsOf } from '../../src/repository/create-repository.ts'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { loadJsonFile } from '../../src/repository/format/json-file.ts'
import { nameBytes } from '../../src/repository/format/node-order.ts'
import { encodeSnapshot } from '../../src/repository/format/snapshot-file.ts'
import { encodeTree } from '../../src/repository/format/tree-encoder.ts'
import {
  copySnapshots,
  editTree,
  type Finding,
  fileNode,
  listKeys,
  localBackend,
  lookup,
  openRepository,
  prune,
  type Repository,
  repairIndex,
  type TreeNode,
} from '../../src/repository/index.ts'
import { findings, newRepository, resticOn, scratchFolder } from './support.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const names = ['v2-compressed', 'v2-uncompressed', 'v1'] as const

interface Manifest {
  readonly passwords: readonly string[]
  readonly config: { readonly version: number; readonly id: string; readonly chunker_polynomial: string }
  readonly keys: readonly { readonly id: string; readonly userName: string; readonly hostName: string }[]
  readonly blobs: readonly string[]
  readonly snapshots: readonly {
    readonly snapshot: Readonly<Record<string, unknown>> & {
      readonly id: string
      readonly paths: readonly string[]
    }
    /** Lines of `restic ls --json`. */
    readonly nodes: readonly Readonly<Record<string, unknown>>[]
    /** Paths in hex, and what is there after a restore. */
    readonly restored: readonly {
      readonly path: string
      readonly sha256?: string
      readonly target?: string
    }[]
  }[]
}

async function golden(context: TestContext, name: string, password = 'geheim') {
  const scratch = await scratchFolder(context)
  execFileSync('tar', ['-xzf', join(fixtures, `${name}.tar.gz`), '-C', scratch])
  const folder = join(scratch, 'repo')
  const manifest: Manifest = JSON.parse(
    gunzipSync(readFileSync(join(fixtures, `${name}.json.gz`))).toString(),
  )
  const repository = await openRepository(localBackend(folder), { password, host: 'test-instance' })
  context.after(() => repository.close())
  return { folder, repository, manifest }
}

interface Walked {
  readonly path: Buffer
  readonly node: TreeNode
}

/** All nodes, folders before what is in them, as restic lists them. */
async function* walk(repository: Repository, tree: string, above = Buffer.alloc(0)): AsyncGenerator<Walked> {
  for (const node of await repository.loadTree(tree)) {
    const path = Buffer.concat([above, Buffer.from('/'), nameBytes(node)])
    yield { path, node }
    if (node.subtree) yield* walk(repository, node.subtree, path)
  }
}

for (const name of names) {
  test(`golden ${name}: every password, the config, the keys, the blobs and the snapshots are as restic says`, async (context) => {
    const { repository, manifest, folder } = await golden(context, name)
    const { config, passwords } = manifest
    assert.deepEqual([repository.id, repository.chunkerPolynomial], [config.id, config.chunker_polynomial])
    for (const password of passwords) {
      await (await openRepository(localBackend(folder), { password, host: 'h', readIndex: false })).close()
    }
    const keys = await listKeys(repository)
    assert.deepEqual(
      keys.map(({ id, username, hostname }) => [id.slice(0, 8), username, hostname].join()).toSorted(),
      manifest.keys.map(({ id, userName, hostName }) => [id, userName, hostName].join()).toSorted(),
    )
    const index = internalsOf(repository).index()
    const blobs = Array.from({ length: index.size }, (_, number) => index.entry(number))
    assert.deepEqual(blobs.map(({ type, id }) => `${type} ${id}`).toSorted(), manifest.blobs)
    const snapshots = await repository.listSnapshots()
    assert.equal(snapshots.length, manifest.snapshots.length)
    for (const { snapshot } of manifest.snapshots) {
      const { short_id: _, ...expected } = snapshot
      const found = await repository.findSnapshot(snapshot.id)
      assert.deepEqual({ ...JSON.parse(encodeSnapshot(found).toString()), id: found.id }, expected)
    }
    assert.deepEqual(await faults(repository), [])
  })

  test(`golden ${name}: all nodes are those that restic lists, and files and links hold what it restores`, async (context) => {
    const { repository, manifest } = await golden(context, name)
    for (const { snapshot, nodes, restored } of manifest.snapshots) {
      const { tree } = await repository.findSnapshot(snapshot.id)
      const walked = await Array.fromAsync(walk(repository, tree))
      assert.deepEqual(
        walked.map(({ node }) => shown({ ...node })),
        nodes.map(shown),
      )
      const source = Buffer.from(snapshot.paths[0] ?? '')
      const held = new Map<string, { sha256?: string; target?: string }>()
      for (const { path, node } of walked) {
        const inside = path.subarray(source.length).toString('hex')
        if (node.type === 'file') {
          const bytes = Buffer.concat(await Array.fromAsync(repository.readFile(node)))
          held.set(inside, { sha256: idOf(bytes) })
        } else if (node.type === 'symlink') {
          const target = node.linktarget_raw ? Buffer.from(node.linktarget_raw, 'base64') : node.linktarget
          held.set(inside, { target: Buffer.from(target ?? '').toString('hex') })
        }
      }
      assert.equal(held.size, restored.length)
      for (const { path, sha256, target } of restored) {
        const expected = sha256 === undefined ? { target } : { sha256 }
        // 0.14 loses the bytes of targets that are no UTF-8.
        if (target === '2ffffe2f78') continue
        assert.deepEqual(held.get(path), expected, Buffer.from(path, 'hex').toString())
      }
    }
  })

  test(`golden ${name}: trees, snapshots and index files are encoded to the bytes that restic wrote`, async (context) => {
    const { repository, manifest } = await golden(context, name)
    const { backend, key } = internalsOf(repository)
    const trees = manifest.blobs.filter((line) => line.startsWith('tree ')).map((line) => line.slice(5))
    assert.ok(trees.length > 10)
    for (const tree of trees) {
      const stored = await repository.loadBlob(tree, 'tree')
      const encoded = encodeTree(await repository.loadTree(tree))
      // The one tree that restic 0.14 itself could not write again.
      const readable = stored.toString().replaceAll('\\ufffd', '\ufffd')
      if (!encoded.equals(stored)) assert.equal(encoded.toString(), readable)
    }
    for (const { id, ...snapshot } of await repository.listSnapshots()) {
      const stored = await loadJsonFile(backend, key, 'snapshots', id)
      assert.equal(encodeSnapshot(snapshot).toString(), stored.toString())
    }
  })

  test(`golden ${name}: a copy is whole, and an edited tree keeps every node that was not named`, async (context) => {
    const { repository, manifest } = await golden(context, name)
    const folder = await scratchFolder(context)
    const copy = await newRepository(context, localBackend(folder))
    const { copied } = await copySnapshots(repository, copy)
    assert.equal(copied.length, manifest.snapshots.length)
    assert.deepEqual(await faults(copy), [])
    const latest = await copy.findSnapshot('latest')
    const writer = copy.writer()
    const place = [...(latest.paths[0] ?? '').split('/').slice(1), 'names']
    const put = fileNode({ name: 'new', ...(await writer.saveContent(Buffer.from('new'))), mtime: 0 })
    const tree = await editTree(copy, writer, latest.tree, [
      { kind: 'put', path: [...place, 'new'], node: put },
    ])
    const edited = await writer.saveSnapshot({ tree, paths: latest.paths, hostname: 'editor' })
    const before = (await copy.loadTree((await lookup(copy, latest.tree, place))?.subtree ?? '')).map(
      nameBytes,
    )
    const after = (await copy.loadTree((await lookup(copy, tree, place))?.subtree ?? '')).map(nameBytes)
    assert.deepEqual(after.map(hex).toSorted(), [...before, Buffer.from('new')].map(hex).toSorted())
    assert.deepEqual(await faults(copy), [])
    const restic = resticOn(folder)
    await restic('check', '--read-data')
    const diff = await restic('diff', latest.id, edited)
    assert.match(diff, /Files:\s+1 new,\s+0 removed,\s+0 changed/)
    await restic('forget', '--keep-last', '1', '--group-by', '', '--prune')
    await copy.refreshIndex()
    await prune(copy)
    assert.deepEqual(await faults(copy), [])
  })
}

const hex = (bytes: Buffer) => bytes.toString('hex')

/** All findings but one that is due: 0.14 loses the bytes of a target that is no UTF-8, and no restic would write that tree again. */
async function faults(repository: Repository): Promise<Finding[]> {
  return (await findings(repository)).filter(
    ({ code, subject }) => !(code === 'STO_TREE_ENCODING' && subject.endsWith('/source/links')),
  )
}

/** What `restic ls` shows of a node; bytes that are no UTF-8 it marks in its own way. */
function shown(node: Readonly<Record<string, unknown>>) {
  const { name, type, uid, gid, size = 0, mode = 0, mtime, atime, ctime } = node
  return { name: String(name).replace(/\ufffd+/g, '?'), type, uid, gid, size, mode, mtime, atime, ctime }
}

test('golden v1: stock restic reads our locks and the index that a repair made, uncompressed as they must be', async (context) => {
  const { folder, repository } = await golden(context, 'v1')
  const restic = resticOn(folder)
  const shared = await repository.lock('shared')
  await restic('snapshots')
  await assert.rejects(restic('prune'), /already locked by PID/)
  await shared.release()
  await repairIndex(repository, { readAllPacks: true })
  await restic('check', '--read-data')
  assert.deepEqual(await faults(repository), [])
  await assert.rejects(prune(repository), { code: 'STO_VERSION_UNSUPPORTED' })
  assert.throws(() => repository.writer(), { code: 'STO_VERSION_UNSUPPORTED' })
})
