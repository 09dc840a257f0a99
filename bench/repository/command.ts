/** `bench repository` as a command. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { root } from '../../scripts/run.ts'
import { withScratchFolder } from '../scratch.ts'
import { compare } from './compare.ts'
import { rowsAsMarkdown, rowsAsText } from './rows-table.ts'

interface Options {
  readonly json?: boolean
  readonly markdown?: boolean
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
    .option('--markdown', 'print what stands between the marks in docs/benchmarks.md')
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
  const rows = await withScratchFolder(options.folder, options.keep ?? false, (folder) =>
    compare({
      ...options,
      folder,
      small: options.small ?? false,
      keep: options.keep ?? false,
      seed: 'bdrcloud',
      onProgress: (text) => process.stderr.write(`${text}\n`),
    }),
  )
  if (options.json) process.stdout.write(`${JSON.stringify(rows)}\n`)
  else if (options.markdown) process.stdout.write(`${rowsAsMarkdown(rows, options)}\n`)
  else process.stdout.write(`${rowsAsText(rows)}\n`)
}
