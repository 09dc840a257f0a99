import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { mailData, smallShape } from '../../bench/repository/mail-data.ts'
import { rowsAsMarkdown } from '../../bench/repository/rows-table.ts'
import { table } from '../../bench/table.ts'
import { scratchFolder } from '../repository/support.ts'

test('the section for the documents says how it was measured and which targets are missed', () => {
  const side = { seconds: 2, cpuSeconds: 3, peakMiB: 200, repositoryMiB: 100 }
  const rows = [
    { row: 'first backup', ours: side, restic: { ...side, seconds: 2.5 }, ratio: 1.25 },
    { row: 'restore all', ours: { ...side, peakMiB: 301 }, restic: side, ratio: 1 },
    { row: 'prune', ours: { ...side, repositoryMiB: 104 }, restic: side, ratio: 3 },
  ]
  const text = rowsAsMarkdown(rows, { repeat: 3, compression: 'auto' })
  assert.match(text, /^Measured on \d+ cores .*, restic 0\.\d+\.\d+; compression `auto`; medians of 3 runs/)
  assert.ok(text.includes('| first backup | 2.00 / 2.50 |          1.25 |'), text)
  assert.deepEqual(text.split('\n').slice(-3), [
    '- first backup: 1.25 times as fast instead of 1.5',
    '- restore all: 301 MiB of memory instead of 300',
    '- prune: 4.0 % larger instead of 3 %',
  ])
  const good = rowsAsMarkdown(
    rows.slice(0, 1).map((row) => ({ ...row, ratio: 1.5 })),
    {
      repeat: 1,
      compression: 'off',
    },
  )
  assert.ok(good.endsWith('\nAll rows meet their targets.') && good.includes('; one run. '))
})

test('the data of the comparison is the same for the same seed', async (context) => {
  const folder = await scratchFolder(context)
  const make = async (name: string, seed: string) => {
    const data = mailData({ ...smallShape, mails: 5 }, { corpus: join(folder, 'nothing'), seed })
    return [
      await data.create(join(folder, name)),
      await promisify(execFile)('sha256sum', [join(folder, name, data.oneItem)]),
    ]
  }
  const [first, second, third] = [await make('a', 'one'), await make('b', 'one'), await make('c', 'two')]
  const hashes = [first, second, third].map((made) => JSON.stringify(made[1]).slice(0, 76))
  assert.equal(first[0], second[0])
  assert.equal(hashes[0], hashes[1])
  assert.notEqual(hashes[0], hashes[2])
})

test('tables line up', () => {
  assert.equal(
    table(
      ['', 'seconds'],
      [
        ['first', '1.00'],
        ['second one', '12.34'],
      ],
    ),
    [
      '|            | seconds |',
      '| ---------- | ------: |',
      '| first      |    1.00 |',
      '| second one |   12.34 |',
    ].join('\n'),
  )
})
