import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { root } from '../../../scripts/run.ts'
import { scratchFolder } from '../../repository/support.ts'

test('the scale bench writes, opens and reads with both kinds of index, and draws their memory', async (context) => {
  const folder = await scratchFolder(context)
  const picture = join(folder, 'picture.svg')
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(root, 'bench/main.ts'),
    'scale',
    '--items',
    '2500',
    '--json',
    '--folder',
    folder,
    '--picture',
    picture,
  ])
  const rows: unknown = JSON.parse(stdout)
  assert.ok(Array.isArray(rows))
  assert.deepEqual(
    rows.map(({ row }) => row),
    [
      'write, index in memory',
      'open, add 1 %, index in memory',
      'write, index on disk',
      'open, add 1 %, index on disk',
    ],
  )
  // An own blob for each item, 16 that they share, three directories, their parent and the root; then one directory, its parent, their root and the new one.
  assert.deepEqual(
    rows.map(({ blobs }) => blobs),
    [2500 + 16 + 3 + 2, 25 + 4, 2500 + 16 + 3 + 2, 25 + 4],
  )
  for (const { opened, seconds, cpuSeconds, peakMiB, repositoryMiB, samples } of rows) {
    assert.ok(opened > 0 && opened < seconds && cpuSeconds > 0 && repositoryMiB > 0)
    for (const [second, memory] of samples)
      assert.ok(second <= seconds && memory > 0 && memory <= peakMiB + 1)
  }
  const svg = await readFile(picture, 'utf8')
  assert.match(svg, /^<svg [\s\S]*<\/svg>\n$/)
  assert.equal(svg.match(/<polyline points="[\d., ]+"/g)?.length, rows.length)
  assert.ok(svg.includes('1024 MiB') && svg.includes('A repository of 2,500 items'))
  await rm(picture)
  assert.deepEqual(await readdir(folder), [])
})
