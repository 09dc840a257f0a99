import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { root } from '../../../scripts/run.ts'
import { scratchFolder } from '../../repository/support.ts'

test('the bench of runs goes through every row with and without latency, and answers them as JSON', async (context) => {
  const folder = await scratchFolder(context)
  const size = [
    '--mailboxes',
    '2',
    '--mails',
    '30',
    '--files',
    '60',
    '--bytes',
    '600000',
    '--latency',
    '0,20',
  ]
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(root, 'bench/main.ts'),
    'backup',
    ...size,
    '--json',
    '--folder',
    folder,
  ])
  const rows = JSON.parse(stdout) as Record<string, number | string | null>[]
  const names = ['first run', 'unchanged', '1 % changed', 'plain download loop']
  assert.deepEqual(
    rows.map(({ row }) => row),
    ['0 ms', '20 ms'].flatMap((latency) =>
      ['mail', 'drive'].flatMap((kind) => names.map((name) => `${kind}, ${name}, ${latency}`)),
    ),
  )
  for (const row of rows)
    for (const field of ['items', 'seconds', 'itemsPerSecond', 'requestsPer1000', 'peakMiB'])
      assert.ok(Number(row[field]) > 0, `${String(row['row'])}: ${field} is ${String(row[field])}`)
  for (const { row, resourceUnitsPer1000 } of rows)
    assert.equal(Number(resourceUnitsPer1000) > 0, String(row).startsWith('drive'), String(row))
  const [first, unchanged] = rows
  assert.ok(Number(unchanged?.['requestsPer1000']) < Number(first?.['requestsPer1000']))
  assert.deepEqual(await readdir(folder), [])
})
