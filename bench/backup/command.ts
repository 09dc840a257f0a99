/** `bench backup` as a command: runs of a simulated tenant by the real server, beside a plain loop that only downloads. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { count } from '../count.ts'
import { describeMachine } from '../machine.ts'
import { withScratchFolder } from '../scratch.ts'
import { table } from '../table.ts'
import { driveRows } from './drive-rows.ts'
import { mailRows } from './mail-rows.ts'
import { type MeasuredKind, measureRuns } from './measure-runs.ts'
import type { BackupRow } from './rows.ts'
import { type Setting, startSetting } from './setting.ts'

interface Options {
  readonly mailboxes: number
  readonly mails: number
  readonly files: number
  readonly bytes: number
  readonly latency: readonly number[]
  readonly json?: boolean
  readonly keep?: boolean
  readonly folder: string
}

export function registerBackupBench(program: Command): void {
  program
    .command('backup')
    .description('first, unchanged and 1 % changed runs of a simulated tenant, beside a plain download loop')
    .option('--mailboxes <number>', 'mailboxes of the tenant; 0 leaves mail out', countOrNone, 100)
    .option('--mails <number>', 'mails of each on average', count, 1_000)
    .option('--files <number>', 'files of the drive; 0 leaves drives out', countOrNone, 20_000)
    .option('--bytes <number>', 'bytes of all files together', bytes, 2_000_000_000)
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

function countOrNone(text: string): number {
  return text === '0' ? 0 : count(text)
}

function bytes(text: string): number {
  if (!/^[1-9]\d{0,11}$/.test(text)) throw new InvalidArgumentError('give a number of bytes from 1')
  return Number(text)
}

function latencies(text: string): number[] {
  const all = text.split(',')
  if (!all.every((one) => /^\d{1,5}$/.test(one))) throw new InvalidArgumentError('give numbers like 0,150')
  return all.map(Number)
}

/** Few people, whose own files are next to none. */
const driveTenant = { users: 5, mails: 1, files: 0, events: 0, contacts: 0, tasks: 0, sites: 0 }

async function run(options: Options): Promise<void> {
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const rows = await withScratchFolder(options.folder, options.keep ?? false, async (folder) => {
    const all: BackupRow[] = []
    const { mailboxes, mails, files } = options
    for (const latency of options.latency) {
      const suffix = `${latency} ms`
      const measure = async (
        name: 'mail' | 'files',
        tenant: Readonly<Record<string, number>>,
        kindOf: (setting: Setting) => MeasuredKind | Promise<MeasuredKind>,
      ) => {
        const place = join(folder, `${name}-${latency}`)
        const setting = await startSetting({ folder: place, tenant, workloads: [name], latency, say })
        try {
          all.push(...(await measureRuns(setting, await kindOf(setting), suffix, say)))
        } finally {
          await setting.stop()
        }
      }
      if (mailboxes > 0) await measure('mail', { users: mailboxes, mails }, mailRows)
      if (files > 0)
        await measure('files', driveTenant, (setting) => driveRows(setting, files, options.bytes))
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
