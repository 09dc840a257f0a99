/** `bench server` as a command: the server under load, and somebody who works meanwhile. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { count } from '../count.ts'
import { describeMachine } from '../machine.ts'
import { withScratchFolder } from '../scratch.ts'
import { table } from '../table.ts'
import { residentMiB } from './client.ts'
import { browsing, eventStreams, type LoadRow, wrongSignIns } from './loads.ts'
import { type OrdinaryUse, watchOrdinaryUser } from './ordinary-user.ts'
import { type SeededServer, startSeededServer } from './seeded-server.ts'

interface Options {
  readonly signIns: number
  readonly streams: number
  readonly rate: number
  readonly seconds: number
  readonly items: number
  readonly json?: boolean
  readonly keep?: boolean
  readonly folder: string
}

interface LoadResult {
  readonly load: string
  readonly rows: readonly LoadRow[]
  readonly ordinaryUse: OrdinaryUse
  /** Resident memory of the server, and once it is quiet again. */
  readonly beforeMiB: number
  readonly afterMiB: number
}

const quiet = 5_000

export function registerServerBench(program: Command): void {
  program
    .command('server')
    .description('the server under wrong sign-ins, event streams and browsing, and who works meanwhile')
    .option('--sign-ins <number>', 'wrong ones', count, 10_000)
    .option('--streams <number>', 'open at once', count, 1_000)
    .option('--rate <number>', 'requests a second of browsing', count, 200)
    .option('--seconds <number>', 'how long to browse', count, 120)
    .option('--items <number>', 'mails in the catalog', count, 100_000)
    .option('--json', 'print the results as JSON')
    .option('--folder <folder>', 'where the server keeps its data', tmpdir())
    .option('--keep', 'keep the data and the log')
    .action(run)
}

async function run(options: Options): Promise<void> {
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const results = await withScratchFolder(options.folder, options.keep ?? false, async (folder) => {
    const operators = Math.max(60, Math.ceil(options.streams / 20))
    const server = await startSeededServer({
      folder: join(folder, 'server'),
      items: options.items,
      operators,
      say,
    })
    try {
      const all: LoadResult[] = []
      const loads: [string, () => Promise<LoadRow[]>][] = [
        [`${options.rate} requests/s of browsing`, () => browsing(server, options.rate, options.seconds)],
        [`${options.streams} event streams`, () => eventStreams(server, options.streams, say)],
        [`${options.signIns} wrong sign-ins`, () => wrongSignIns(server, options.signIns)],
      ]
      for (const [load, work] of loads) {
        say(`${load} …`)
        all.push(await underLoad(server, load, work))
      }
      return { items: server.items, loads: all }
    } finally {
      await server.stop()
    }
  })
  process.stdout.write(options.json ? `${JSON.stringify(results)}\n` : report(results))
}

async function underLoad(
  server: SeededServer,
  load: string,
  work: () => Promise<LoadRow[]>,
): Promise<LoadResult> {
  const beforeMiB = residentMiB(server.pid)
  const user = watchOrdinaryUser(server)
  const rows = await work()
  const ordinaryUse = await user.end()
  await new Promise((resolve) => setTimeout(resolve, quiet))
  return { load, rows, ordinaryUse, beforeMiB, afterMiB: residentMiB(server.pid) }
}

function report({ items, loads }: { items: number; loads: readonly LoadResult[] }): string {
  const whole = (value: number) => (Number.isFinite(value) ? String(Math.round(value)) : '–')
  const statuses = (row: LoadRow) =>
    Object.entries(row.statuses)
      .map(([status, number]) => `${number} × ${status}`)
      .join(', ')
  const requests = loads.flatMap(({ load, rows }) =>
    rows.map((row) => [
      load,
      row.what,
      String(row.requests),
      whole(row.perSecond),
      ...[row.p50, row.p90, row.p99, row.slowest].map(whole),
      statuses(row),
      String(row.errors),
    ]),
  )
  const users = loads.map(({ load, ordinaryUse: use, beforeMiB, afterMiB }) => [
    load,
    `${use.signIns - use.signInsFailed} of ${use.signIns}`,
    whole(use.signInSlowest),
    `${use.pages - use.pagesFailed} of ${use.pages}`,
    whole(use.pageMedian),
    whole(use.pageSlowest),
    String(use.healthFailed),
    whole(beforeMiB),
    whole(afterMiB),
  ])
  const head = [
    'load',
    'request',
    'number',
    'per second',
    'p50 ms',
    'p90 ms',
    'p99 ms',
    'slowest ms',
    'statuses',
    'unanswered',
  ]
  const userHead = [
    'meanwhile',
    'sign-ins',
    'slowest ms',
    'pages',
    'median ms',
    'slowest ms',
    'health failed',
    'MiB before',
    'MiB after',
  ]
  return [
    `Measured on ${describeMachine()}; ${items} mails in the catalog; load and server on the same machine.`,
    '',
    table(head, requests),
    '',
    table(userHead, users),
    '',
  ].join('\n')
}
