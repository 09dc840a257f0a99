/** `bench backup` as a command: runs of a simulated tenant by the real server, beside a plain loop that only downloads. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { describeMachine } from '../machine.ts'
import { withScratchFolder } from '../scratch.ts'
import { table } from '../table.ts'
import { measureMail } from './mail-rows.ts'
import type { BackupRow } from './rows.ts'
import { startSetting } from './setting.ts'

interface Options {
  readonly mailboxes: number
  readonly mails: number
  readonly latency: readonly number[]
  readonly json?: boolean
  readonly keep?: boolean
  readonly folder: string
}

export function registerBackupBench(program: Command): void {
  program
    .command('backup')
    .description('first, unchanged and 1 % changed runs of a simulated tenant, beside a plain download loop')
    .option('--mailboxes <number>', 'mailboxes of the tenant', count, 100)
    .option('--mails <number>', 'mails of each on average', count, 1_000)
    .option(
      '--latency <list>',
      'milliseconds that each answer of Graph takes, by commas',
      latencies,
      [0, 150],
    )
    .option('--json', 'print the rows as JSON')
    .option('--folder <folder>', 'where the server keeps its data', tmpdir())
    .option('--keep', 'keep the data and the logs')
    .action(run)
}

function count(text: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new InvalidArgumentError('give a number from 1')
  return Number(text)
}

function latencies(text: string): number[] {
  const all = text.split(',')
  if (!all.every((one) => /^\d{1,5}$/.test(one))) throw new InvalidArgumentError('give numbers like 0,150')
  return all.map(Number)
}

async function run(options: Options): Promise<void> {
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const rows = await withScratchFolder(options.folder, options.keep ?? false, async (folder) => {
    const all: BackupRow[] = []
    for (const latency of options.latency) {
      const { mailboxes, mails } = options
      const place = join(folder, `latency-${latency}`)
      const setting = await startSetting({ folder: place, mailboxes, mails, latency, say })
      try {
        all.push(...(await measureMail(setting, `${latency} ms`, say)))
      } finally {
        await setting.stop()
      }
    }
    return all
  })
  process.stdout.write(options.json ? `${JSON.stringify(rows)}\n` : report(rows))
}

function report(rows: readonly BackupRow[]): string {
  const head = ['row', 'items', 'seconds', 'items/s', 'requests per 1,000', 'units per 1,000', 'peak MiB']
  const cells = rows.map((row) => [
    row.row,
    String(row.items),
    row.seconds.toFixed(1),
    row.itemsPerSecond.toFixed(0),
    row.requestsPer1000.toFixed(1),
    row.resourceUnitsPer1000 === null ? '–' : row.resourceUnitsPer1000.toFixed(1),
    row.peakMiB.toFixed(0),
  ])
  return `Measured on ${describeMachine()}; tenant, server and loop on the same machine.\n\n${table(head, cells)}\n`
}
