/** `bench scale` as a command: a repository with very many items is written, opened, read and added to; memory over time. */
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { withScratchFolder } from '../scratch.ts'
import { table } from '../table.ts'
import { memoryPicture } from './picture.ts'
import { measureScale, type ScaleRow } from './steps.ts'

interface Options {
  readonly items: number
  readonly index: 'memory' | 'disk' | 'both'
  readonly json?: boolean
  readonly keep?: boolean
  readonly picture?: string
  readonly folder: string
}

/** What a repository of ten million blobs is to be opened and written in. */
const limit = 1024

export function registerScaleBench(program: Command): void {
  program
    .command('scale')
    .description(
      'a repository with very many items: written, opened, read and added to, with memory over time',
    )
    .option('--items <number>', 'how many; ten million need 4 GB of disk and some time', count, 1_000_000)
    .addOption(
      new Option('--index <kind>', 'where the index is kept')
        .choices(['memory', 'disk', 'both'])
        .default('both'),
    )
    .option('--picture <file>', 'draw memory over time into an SVG file')
    .option('--json', 'print the rows as JSON, with memory over time')
    .option('--folder <folder>', 'where the repository is made', tmpdir())
    .option('--keep', 'keep the repositories')
    .action(run)
}

function count(text: string): number {
  if (!/^[1-9]\d{1,8}$/.test(text)) throw new InvalidArgumentError('give a number from 10 to 999999999')
  return Number(text)
}

async function run(options: Options): Promise<void> {
  const rows = await withScratchFolder(options.folder, options.keep ?? false, (folder) =>
    measureScale({
      folder,
      items: options.items,
      kinds: options.index === 'both' ? ['memory', 'disk'] : [options.index],
      onProgress: (text) => process.stderr.write(`${text}\n`),
    }),
  )
  if (options.picture !== undefined) {
    const lines = rows.map(({ row, samples }) => ({ name: row, samples }))
    const title = `A repository of ${options.items.toLocaleString('en')} items`
    await writeFile(options.picture, memoryPicture(title, lines, limit))
  }
  process.stdout.write(options.json ? `${JSON.stringify(rows)}\n` : `${scaleTable(rows)}\n`)
}

export function scaleTable(rows: readonly ScaleRow[]): string {
  return table(
    ['', 'new blobs', 'seconds until open', 'seconds', 'CPU seconds', 'peak MiB', 'repository MiB'],
    rows.map((row) => [
      row.row,
      row.blobs.toLocaleString('en'),
      row.opened.toFixed(1),
      row.seconds.toFixed(1),
      row.cpuSeconds.toFixed(1),
      row.peakMiB.toFixed(0),
      row.repositoryMiB.toFixed(0),
    ]),
  )
}
