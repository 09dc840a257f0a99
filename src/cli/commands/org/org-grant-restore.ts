import type { Command } from 'commander'
import { fail } from '../../errors.ts'
import { performTask, type TaskOptions, taskCommand } from '../administrator-task.ts'

interface GrantOptions extends TaskOptions {
  readonly hours: string
  readonly until?: string
}

export function registerOrgGrantRestore(org: Command): void {
  taskCommand(org, 'grant-restore', 'grant restore rights that end by themselves')
    .option('--hours <number>', 'how long the server may write', '4')
    .option('--until <time>', 'the end as a time, e.g. 2026-12-01T18:00:00Z, instead of --hours')
    .action((name: string | undefined, options: GrantOptions) =>
      performTask(name, options, () => ({ kind: 'grant-restore', endsAt: endOf(options) })),
    )
}

function endOf({ hours, until }: GrantOptions): string {
  const end = until === undefined ? Date.now() + Number(hours) * 3_600_000 : Date.parse(until)
  if (!Number.isFinite(end))
    throw fail('CLI_BAD_INPUT', {
      what: `"${until ?? hours}" is not ${until === undefined ? 'a number of hours' : 'a time'}.`,
      remedy: 'Give --hours 4, or --until 2026-12-01T18:00:00Z.',
    })
  return new Date(end).toISOString()
}
