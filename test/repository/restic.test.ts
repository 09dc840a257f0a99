/** Stock restic as the outside judge: it reads what we write, and we read what it writes. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { encodeTree } from '../../src/repository/format/tree-encoder.ts'
import { directoryNode, fileNode, localBackend, lookup } from '../../src/repository/index.ts'
import { findings, localRepository, openedRepository, resticOn, scratchFolder } from './support.ts'

const evilNames = [
  'quo"te',
  "apo'strophe",
  'back\\slash',
  'new\nline',
  'tab\tcontrol\x01\x7f',
  'emoji 😀 family 👨‍👩‍👧',
  'x'.repeat(255),
  '€'.repeat(85),
  '<html>&amp;\u2028\u2029',
  'zero\u200bwidth\ufeff',
  ' leading and trailing ',
  '-rf',
  '*?[a]',
  '\uffff before \u{1f600}',
  'e\u0301 and \u00e9',
  '\\x41\\u0042',
]

test('stock restic checks, lists and restores what we write, byte for byte, evil names included', async (context) => {
  const { folder, repository, restic } = await localRepository(context)
  const lock = await repository.lock('shared')
  const writer = repository.writer()
  const contents = new Map<string, Buffer>()
  for (const name of evilNames) contents.set(name, Buffer.from(`content of ${name}`))
  contents.set('empty', Buffer.alloc(0))
  contents.set('large', randomBytes(12_000_000))
  contents.set('compressible', Buffer.alloc(3_000_000, 'all work and no play '))
  const nodes = await Promise.all(
    [...contents].map(async ([name, bytes]) =>
      fileNode({ name, ...(await writer.saveContent(bytes)), mtime: 1_700_000_000_123 }),
    ),
  )
  const subtree = await writer.saveTree(nodes)
  const empty = await writer.saveTree([])
  const tree = await writer.saveTree([
    directoryNode({ name: 'folder', subtree, mtime: 0 }),
    directoryNode({ name: 'nothing in it', subtree: empty, mtime: 0 }),
  ])
  const snapshot = await writer.saveSnapshot({ tree, tags: ['one', 'two'], time: Date.UTC(2024, 1, 29) })
  await lock.release()

  await restic('check', '--read-data')
  assert.deepEqual(await findings(repository), [])
  const listed = (await restic('ls', '--json', snapshot)).trim().split('\n').slice(1)
  const paths = listed.map((line) => String(JSON.parse(line).path))
  assert.deepEqual(
    paths.toSorted(),
    ['/folder', '/nothing in it', ...[...contents.keys()].map((name) => `/folder/${name}`)].toSorted(),
  )
  const target = await scratchFolder(context)
  await restic('restore', snapshot, '--target', target)
  assert.deepEqual((await readdir(join(target, 'folder'))).toSorted(), [...contents.keys()].toSorted())
  for (const [name, bytes] of contents)
    assert.ok((await readFile(join(target, 'folder', name))).equals(bytes), name)
  assert.deepEqual(await readdir(join(target, 'nothing in it')), [])

  await restic('tag', '--add', 'three', snapshot)
  await restic('prune')
  await restic('check')
  const again = await openedRepository(context, localBackend(folder))
  const [tagged] = await again.listSnapshots()
  assert.deepEqual(tagged?.tags, ['one', 'two', 'three'])
  assert.equal(tagged?.original, snapshot)
})

test('we read what stock restic writes, and encode its trees to the same bytes', async (context) => {
  const folder = await scratchFolder(context)
  const source = await scratchFolder(context)
  const restic = resticOn(folder)
  await mkdir(join(source, 'files/sub'), { recursive: true })
  const contents = new Map<string, Buffer>(
    evilNames.filter((name) => !name.includes('\0')).map((name) => [name, Buffer.from(`of ${name}`)]),
  )
  contents.set('large', randomBytes(5_000_000))
  contents.set('empty', Buffer.alloc(0))
  for (const [name, bytes] of contents) await writeFile(join(source, 'files/sub', name), bytes)
  await restic('init', '--repository-version', '2')
  await restic('backup', join(source, 'files'), '--tag', 'theirs')

  const repository = await openedRepository(context, localBackend(folder))
  assert.deepEqual(await findings(repository), [])
  const snapshot = await repository.findSnapshot('latest')
  assert.deepEqual(snapshot.tags, ['theirs'])
  const path = join(source, 'files/sub').split('/').slice(1)
  const directory = await lookup(repository, snapshot.tree, path)
  const nodes = await repository.loadTree(directory?.subtree ?? '')
  assert.deepEqual(nodes.map(({ name }) => name).toSorted(), [...contents.keys()].toSorted())
  for (const node of nodes) {
    const bytes = Buffer.concat(await Array.fromAsync(repository.readFile(node)))
    assert.ok(bytes.equals(contents.get(node.name) ?? Buffer.of(1)), node.name)
  }
  assert.equal(idOf(encodeTree(nodes)), directory?.subtree)
})

test('we cut large content where stock restic cuts it, so that both share blobs', async (context) => {
  const { folder, repository, restic } = await localRepository(context)
  const source = await scratchFolder(context)
  const bytes = randomBytes(24_000_000)
  bytes.fill(0, 3_000_000, 14_000_000)
  await writeFile(join(source, 'large'), bytes)
  await restic('backup', join(source, 'large'))
  await repository.refreshIndex()
  const writer = repository.writer()
  // Pieces of odd sizes must not move the cuts.
  const pieces = (async function* () {
    for (let at = 0; at < bytes.length; at += 65_537) yield bytes.subarray(at, at + 65_537)
  })()
  const stored = await writer.saveContent(pieces)
  assert.equal(stored.size, bytes.length)
  assert.equal(stored.sha256, idOf(bytes))
  assert.equal(writer.statistics.blobsNew, 0)
  const theirs = await repository.findSnapshot('latest')
  const node = await lookup(repository, theirs.tree, [...source.split('/').slice(1), 'large'])
  assert.deepEqual(stored.content, node?.content)
  writer.abort()
  assert.ok(folder.length > 0)
})

test('stock restic and two of our writers add to one repository at the same time', async (context) => {
  const { folder, repository, restic } = await localRepository(context)
  const other = await openedRepository(context, localBackend(folder), 'other-instance')
  const source = await scratchFolder(context)
  await writeFile(join(source, 'shared'), 'the same content for all')
  const ours = [repository, other].map(async (one) => {
    const lock = await one.lock('shared')
    const writer = one.writer()
    const content = await writer.saveContent(Buffer.from('the same content for all'))
    const tree = await writer.saveTree([fileNode({ name: 'shared', ...content, mtime: 0 })])
    await writer.saveSnapshot({ tree })
    await lock.release()
  })
  await Promise.all([...ours, restic('backup', join(source, 'shared'))])
  await restic('check', '--read-data')
  assert.equal((await repository.listSnapshots()).length, 3)
  const severe = (await findings(repository)).filter(({ severity }) => severity === 'error')
  assert.deepEqual(severe, [])
})
