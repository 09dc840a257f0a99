/** Folders of a disk, backed up and restored by us and by stock restic: the same trees, the same files. */
import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  type Backend,
  backupDirectory,
  localBackend,
  lookup,
  pathPatterns,
  restoreSnapshot,
} from '../../src/repository/index.ts'
import { assertSameTrees, makeTree } from './files-tree.ts'
import { madeUp } from './material.ts'
import { type Operation, recording } from './recording.ts'
import { findings, localRepository, newRepository, openedRepository, scratchFolder } from './support.ts'

const hasCode = (code: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === code

async function sourceTree(context: TestContext): Promise<string> {
  const folder = join(await scratchFolder(context), 'source')
  makeTree(folder)
  return folder
}

async function smallSource(context: TestContext): Promise<string> {
  const folder = join(await scratchFolder(context), 'source')
  mkdirSync(join(folder, 'inner/deeper'), { recursive: true })
  writeFileSync(join(folder, 'a'), 'content of a')
  writeFileSync(join(folder, 'inner/b'), madeUp('b', 700_000))
  writeFileSync(join(folder, 'inner/deeper/c'), 'content of c')
  return folder
}

function parts(path: string): string[] {
  return path.split('/').slice(1)
}

test('we and stock restic make the same trees of the same folder, and restore each other', async (context) => {
  const { repository, restic } = await localRepository(context)
  const source = await sourceTree(context)
  const problems: string[] = []
  const ours = await backupDirectory(repository, source, {
    hostname: 'somewhere',
    onError: (path, reason) => problems.push(`${path}: ${reason}`),
  })
  assert.deepEqual(problems, [])
  await restic('check', '--read-data')
  assert.deepEqual(await findings(repository), [])
  const lines = (await restic('backup', '--json', '--host', 'somewhere', source)).trim().split('\n')
  const summary = JSON.parse(lines.at(-1) ?? '')
  assert.equal(summary.files_unmodified, ours.summary.total_files_processed)
  assert.equal(summary.total_bytes_processed, ours.summary.total_bytes_processed)
  assert.equal(summary.data_blobs, 0)
  await repository.refreshIndex()
  const theirs = await repository.findSnapshot('latest')
  assert.equal(theirs.parent, ours.snapshot)
  await repository.refreshIndex()
  // Folders above it are common ground: whoever makes files there changes them.
  const node = await lookup(repository, theirs.tree, parts(source))
  assert.ok(node?.subtree)
  assert.deepEqual(node, await lookup(repository, ours.tree, parts(source)))

  const target = await scratchFolder(context)
  const verify = { verify: true }
  const result = await restoreSnapshot(repository, `${ours.snapshot}:${source}`, join(target, 'ours'), verify)
  assert.equal(result.errors, 0)
  assertSameTrees(source, join(target, 'ours'))
  await restic('restore', ours.snapshot ?? '', '--target', join(target, 'theirs'))
  assertSameTrees(join(target, 'theirs', source), join(target, 'ours'))
})

test('what stock restic backed up first, we find unchanged, and restore', async (context) => {
  const { repository, restic } = await localRepository(context)
  const source = await sourceTree(context)
  await restic('backup', '--host', 'somewhere', source)
  const second = await backupDirectory(repository, source, { hostname: 'somewhere' })
  assert.equal(second.summary.files_new + second.summary.files_changed, 0)
  assert.equal(second.summary.data_blobs, 0)
  const target = await scratchFolder(context)
  await restoreSnapshot(repository, `latest:${source}`, target)
  assertSameTrees(source, target)
})

test('an unchanged folder costs a snapshot and nothing else; a changed file only what changed', async (context) => {
  const operations: Operation[] = []
  const backend = recording(localBackend(await scratchFolder(context)), operations)
  const repository = await newRepository(context, backend)
  const source = await smallSource(context)
  const first = await backupDirectory(repository, source)
  assert.deepEqual(
    [first.summary.files_new, first.summary.data_blobs, first.summary.total_files_processed],
    [3, 3, 3],
  )
  operations.length = 0
  const second = await backupDirectory(repository, source)
  // Others make files in the folders above.
  const saved = operations.filter(({ kind }) => kind === 'save').map(({ type }) => type)
  assert.deepEqual(
    saved.filter((type) => type !== 'data' && type !== 'index'),
    ['locks', 'snapshots'],
  )
  assert.equal(second.summary.data_blobs, 0)
  assert.equal(second.summary.files_unmodified, 3)
  assert.equal(second.parent, first.snapshot)

  appendFileSync(join(source, 'inner/deeper/c'), ', and more')
  const third = await backupDirectory(repository, source)
  const { files_changed, files_unmodified, data_blobs, data_added_packed } = third.summary
  assert.deepEqual(
    { files_changed, files_unmodified, data_blobs },
    { files_changed: 1, files_unmodified: 2, data_blobs: 1 },
  )
  assert.ok(data_added_packed < 20_000)
  const forced = await backupDirectory(repository, source, { force: true })
  assert.equal(forced.summary.files_new, 3)
  assert.equal(forced.summary.data_blobs, 0)
})

test('a change that keeps size and time shows by ctime; options say what counts', async (context) => {
  const repository = await newRepository(context)
  const source = await smallSource(context)
  const file = join(source, 'a')
  utimesSync(file, 1000, 1000)
  await backupDirectory(repository, source)
  writeFileSync(file, 'CONTENT OF A')
  utimesSync(file, 1000, 1000)
  const blind = await backupDirectory(repository, source, { ignoreCtime: true, dryRun: true })
  assert.equal(blind.summary.data_blobs, 0)
  const seeing = await backupDirectory(repository, source)
  assert.equal(seeing.summary.data_blobs, 1)
  // The same content under a new inode.
  writeFileSync(join(source, 'other'), 'CONTENT OF A')
  utimesSync(join(source, 'other'), 1000, 1000)
  renameSync(join(source, 'other'), file)
  const ignoring = await backupDirectory(repository, source, { ignoreInode: true, dryRun: true })
  assert.equal(ignoring.summary.files_changed, 1)
  assert.equal(ignoring.summary.data_blobs, 0)
})

test('what cannot be read is told, and the rest is kept', async (context) => {
  const { repository, restic } = await localRepository(context)
  const source = await smallSource(context)
  const problems: string[] = []
  // A regular file, opened without a complaint, that nobody can read from its beginning.
  const unreadable = '/proc/self/mem'
  const result = await backupDirectory(repository, [unreadable, source], {
    onError: (path, reason) => problems.push(`${path}: ${reason}`),
  })
  assert.deepEqual(problems, [`${unreadable}: EIO`])
  assert.equal(result.errors, 1)
  assert.equal(result.summary.files_new, 3)
  const missing = join(source, 'missing')
  assert.equal((await backupDirectory(repository, [missing, source])).errors, 1)
  assert.deepEqual((await repository.findSnapshot('latest')).paths, [source])
  await restic('check', '--read-data')
  await assert.rejects(backupDirectory(repository, join(source, 'nothing')), hasCode('STO_SOURCE_MISSING'))
  assert.equal((await repository.listSnapshots()).length, 2)
})

test('a dry run counts and writes nothing', async (context) => {
  const operations: Operation[] = []
  const backend = recording(localBackend(await scratchFolder(context)), operations)
  const repository = await newRepository(context, backend)
  const source = await smallSource(context)
  operations.length = 0
  const dry = await backupDirectory(repository, source, { dryRun: true })
  assert.deepEqual([...new Set(operations.map(({ type }) => type))], ['locks'])
  assert.equal(dry.snapshot, undefined)
  const real = await backupDirectory(repository, source)
  assert.equal(dry.summary.data_blobs, real.summary.data_blobs)
  // Others make files in the folders above: their times change, and with them the few digits that a time is written with.
  const difference = Math.abs(dry.summary.data_added - real.summary.data_added)
  assert.ok(difference < 100, `${dry.summary.data_added} and ${real.summary.data_added}`)
  operations.length = 0
  const target = join(await scratchFolder(context), 'target')
  const restored = await restoreSnapshot(repository, `latest:${source}`, target, { dryRun: true })
  assert.deepEqual([restored.files, restored.directories], [3, 2])
  assert.deepEqual([...new Set(operations.map(({ type }) => type))], ['locks'])
})

test('a cancelled backup leaves a repository without a fault and without its snapshot', async (context) => {
  const folder = await scratchFolder(context)
  const stop = new AbortController()
  const local = localBackend(folder)
  const backend: Backend = {
    ...local,
    save(type, name, bytes, signal) {
      if (type === 'data') stop.abort(new Error('enough'))
      return local.save(type, name, bytes, signal)
    },
  }
  const repository = await newRepository(context, backend)
  const source = await smallSource(context)
  await assert.rejects(backupDirectory(repository, source, { signal: stop.signal }), /enough/)
  const again = await openedRepository(context, localBackend(folder))
  const codes = (await findings(again)).map(({ code }) => code)
  assert.ok(
    codes.every((code) => code === 'STO_PACK_NOT_INDEXED'),
    codes.join(),
  )
  assert.equal((await Array.fromAsync(local.list('locks'))).length, 0)
  assert.deepEqual(await again.listSnapshots(), [])
})

const patternSets: readonly (readonly string[])[] = [
  ['*.log'],
  ['cache', '!keep/cache'],
  ['one/**/three'],
  ['/**/four'],
  ['two/*'],
  ['[a-c]*', 't?o'],
  ['o*', 'f*', '!one', '!four'],
  ['back\\*slash', 'gr[^o]ßer'],
]

test('patterns leave out what stock restic leaves out', async (context) => {
  const { repository, restic } = await localRepository(context)
  const source = join(await scratchFolder(context), 'source')
  for (const folder of ['one/two/three', 'one/three', 'two/cache', 'keep/cache', 'one/two/four'])
    mkdirSync(join(source, folder), { recursive: true })
  for (const file of [
    'a.log',
    'b.txt',
    'one/c.log',
    'one/two/d.txt',
    'one/two/three/e',
    'two/cache/f',
    'keep/cache/g.txt',
    'one/two/four/h',
    'back*slash',
    'backxslash',
    'größer',
    'großer',
  ])
    writeFileSync(join(source, file), file)
  for (const patterns of patternSets) {
    const chosen = pathPatterns(patterns)
    const { tree } = await backupDirectory(repository, source, { exclude: (path) => chosen.matches(path) })
    await restic('backup', '--force', ...patterns.flatMap((pattern) => ['--exclude', pattern]), source)
    await repository.refreshIndex()
    const theirs = await repository.findSnapshot('latest')
    const [own, other] = [
      await lookup(repository, tree, parts(source)),
      await lookup(repository, theirs.tree, parts(source)),
    ]
    assert.equal(own?.subtree, other?.subtree, patterns.join())
  }
  assert.throws(() => pathPatterns(['a[']), hasCode('STO_PATTERN_INVALID'))
  assert.throws(() => pathPatterns(['a\\']), hasCode('STO_PATTERN_INVALID'))
})

test('a link whose target is no UTF-8 keeps its bytes', async (context) => {
  const repository = await newRepository(context)
  const source = join(await scratchFolder(context), 'source')
  mkdirSync(source)
  symlinkSync(Buffer.from('nowhere \xff\xfe', 'latin1'), join(source, 'link'))
  await backupDirectory(repository, source)
  const target = await scratchFolder(context)
  await restoreSnapshot(repository, `latest:${source}`, target)
  assertSameTrees(source, target)
})
