/** Folders of a disk, backed up and restored by us and by stock restic: the same trees, the same files. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { backupDirectory, lookup, restoreSnapshot } from '../../src/repository/index.ts'
import { assertSameTrees, makeTree } from './files-tree.ts'
import { findings, localRepository, scratchFolder } from './support.ts'

async function sourceTree(context: TestContext): Promise<string> {
  const folder = join(await scratchFolder(context), 'source')
  makeTree(folder)
  return folder
}

test('we and stock restic make the same trees of the same folder, and restore each other', async (context) => {
  const { folder, repository, restic } = await localRepository(context)
  const source = await sourceTree(context)
  const problems: string[] = []
  const ours = await backupDirectory(repository, source, {
    hostname: 'somewhere',
    onError: (path, reason) => problems.push(`${path}: ${reason}`),
  })
  assert.deepEqual(problems, [])
  await restic('check', '--read-data')
  assert.deepEqual(await findings(repository), [])
  const summary = JSON.parse(
    (await restic('backup', '--json', '--host', 'somewhere', source)).trim().split('\n').at(-1) ?? '',
  )
  assert.equal(summary.files_unmodified, ours.summary.total_files_processed)
  await repository.refreshIndex()
  const theirs = await repository.findSnapshot('latest')
  assert.equal(theirs.parent, ours.snapshot)
  await repository.refreshIndex()
  // Folders above it are common ground: whoever makes files there changes them.
  const path = source.split('/').slice(1)
  assert.deepEqual(await lookup(repository, theirs.tree, path), await lookup(repository, ours.tree, path))

  const target = await scratchFolder(context)
  const result = await restoreSnapshot(repository, `${ours.snapshot}:${source}`, join(target, 'ours'), {
    verify: true,
  })
  assert.equal(result.errors, 0)
  assertSameTrees(source, join(target, 'ours'))
  await restic('restore', ours.snapshot ?? '', '--target', join(target, 'theirs'))
  assertSameTrees(join(target, 'theirs', source), join(target, 'ours'))
  assert.ok(folder.length > 0)
})
