/** `bench repository` as a command. */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { root } from '../../scripts/run.ts'
import { table } from '../table.ts'
import { compare, type Row } from './compare.ts'

interface Options {
  readonly json?: boolean
  readonly small?: boolean
  readonly keep?: boolean
  readonly repeat: number
  readonly folder: string
  readonly corpus: string
  readonly compression: string
}

export function registerRepositoryBench(program: Command): void {
  program
    .command('repository')
    .description('backup, restore, check and prune beside stock restic, on mail-like and large files (2 GB)')
    .option('--json', 'print the rows as JSON')
    .option('--small', 'a few megabytes: shows that everything runs, the times mean nothing')
    .option('--repeat <times>', 'how often everything is done; times are medians', atLeastOne, 3)
    .option('--compression <mode>', 'auto, off or max, of both programs', 'auto')
    .option('--folder <folder>', 'where data and repositories are made (needs 12 GB)', tmpdir())
    .option(
      '--corpus <folder>',
      'real mails whose words the data is made of (or BDRCLOUD_CORPUS); without them, a text of our own',
      process.env['BDRCLOUD_CORPUS'] ?? join(root, '..', 'shared', 'corpus'),
    )
    .option('--keep', 'keep data and repositories of the last repetition')
    .action(run)
}

function atLeastOne(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('give a number from 1 to 99')
  return Number(text)
}

async function run(options: Options): Promise<void> {
  const folder = mkdtempSync(join(options.folder, 'bdrcloud-bench-'))
  const clean = () => rmSync(folder, { recursive: true, force: true })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      clean()
      process.exit(130)
    })
  }
  try {
    const rows = await compare({
      ...options,
      folder,
      small: options.small ?? false,
      keep: options.keep ?? false,
      seed: 'bdrcloud',
      onProgress: (text) => process.stderr.write(`${text}\n`),
    })
    process.stdout.write(options.json ? `${JSON.stringify(rows)}\n` : `${rowsAsText(rows)}\n`)
  } finally {
    if (options.keep) process.stderr.write(`kept in ${folder}\n`)
    else clean()
  }
}

function rowsAsText(rows: readonly Row[]): string {
  const [first] = cpus()
  const pair = (row: Row, of: (side: Row['ours']) => number | undefined, digits: number) =>
    [row.ours, row.restic].map((side) => of(side)?.toFixed(digits) ?? '').join(' / ')
  return [
    `ours / restic, on ${cpus().length} × ${first?.model ?? 'unknown processor'}, Node ${process.version}`,
    '',
    table(
      ['', 'seconds', 'times as fast', 'MB/s', 'CPU seconds', 'peak MiB', 'repository MiB'],
      rows.map((row) => [
        row.row,
        pair(row, ({ seconds }) => seconds, 2),
        row.ratio.toFixed(2),
        pair(row, ({ megabytesPerSecond }) => megabytesPerSecond, 0),
        pair(row, ({ cpuSeconds }) => cpuSeconds, 1),
        pair(row, ({ peakMiB }) => peakMiB, 0),
        pair(row, ({ repositoryMiB }) => repositoryMiB, 0),
      ]),
    ),
  ].join('\n')
}
