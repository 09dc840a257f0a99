import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { root } from '../../../scripts/run.ts'
import { scratchFolder } from '../../repository/support.ts'

test('the comparison with stock restic goes through every row and answers them as JSON', async (context) => {
  const folder = await scratchFolder(context)
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'bench/main.ts'), 'repository', '--small', '--json', '--repeat', '1', '--folder', folder],
    { env: { ...process.env, BDRCLOUD_CORPUS: join(folder, 'nothing') } },
  )
  const rows: unknown = JSON.parse(stdout)
  assert.ok(Array.isArray(rows))
  assert.deepEqual(
    rows.map(({ row }) => row),
    [
      'first backup without re-opening',
      'first backup',
      'unchanged backup',
      'backup with 1 % changed',
      'restore all',
      'restore one item',
      'check --read-data',
      'prune after forgetting half',
    ],
  )
  for (const { row, ours, restic, ratio } of rows) {
    for (const side of [ours, restic])
      for (const field of ['seconds', 'cpuSeconds', 'peakMiB', 'repositoryMiB'])
        assert.ok(side[field] > 0, `${row}: ${field} is ${side[field]}`)
    assert.ok(Math.abs(ratio - restic.seconds / ours.seconds) < 1e-9)
    // Both are of the same content, so neither can be much larger.
    assert.ok(
      ours.repositoryMiB < 1.2 * restic.repositoryMiB && restic.repositoryMiB < 1.2 * ours.repositoryMiB,
    )
  }
  // Half of the content was pruned.
  const [before, after] = rows.slice(-2)
  assert.ok(after.ours.repositoryMiB < 0.75 * before.ours.repositoryMiB)
  assert.deepEqual(await readdir(folder), [])
})
