/**
 * `bench size` as a command: what the server holds in memory while it backs up a mailbox and a folder of files with very many items. Their copies are
 * written straight into its catalog and its repository, since a first run over the network would take days by Microsoft's limits; the runs are real.
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { count } from '../count.ts'
import { describeMachine } from '../machine.ts'
import { withScratchFolder } from '../scratch.ts'
import { table } from '../table.ts'
import { measureSize, type SizeRow } from './measure-size.ts'

interface Options {
  readonly items: number
  readonly only?: 'mail' | 'drive'
  readonly json?: boolean
  readonly keep?: boolean
  readonly folder: string
}

export function registerSizeBench(program: Command): void {
  program
    .command('size')
    .description('memory of the server in runs of a very large mailbox and a very large drive')
    .option('--items <number>', 'mails of the mailbox, and files of the drive', count, 1_000_000)
    .addOption(new Option('--only <workload>', 'one of the two').choices(['mail', 'drive']))
    .option('--json', 'print the rows as JSON')
    .option('--folder <folder>', 'where the server keeps its data', tmpdir())
    .option('--keep', 'keep the data and the logs')
    .action(run)
}

async function run({ folder, keep = false, items, only, json = false }: Options): Promise<void> {
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const rows = await withScratchFolder(folder, keep, (place) =>
    measureSize({ folder: join(place, 'size'), items, workloads: only ? [only] : ['mail', 'drive'], say }),
  )
  process.stdout.write(json ? `${JSON.stringify(rows)}\n` : report(rows))
}

function report(rows: readonly SizeRow[]): string {
  const head = ['row', 'items', 'seconds', 'requests', 'peak MiB']
  const cells = rows.map((row) => [
    row.row,
    String(row.items),
    row.seconds.toFixed(1),
    String(row.requests),
    row.peakMiB.toFixed(0),
  ])
  return `Measured on ${describeMachine()}; tenant and server on the same machine.\n\n${table(head, cells)}\n`
}
