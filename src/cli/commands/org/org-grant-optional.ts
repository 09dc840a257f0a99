import type { Command } from 'commander'
import { OptionalAccess } from '../../../contract/index.ts'
import { performTask, type TaskOptions, taskCommand } from '../administrator-task.ts'

interface GrantOptionalOptions extends TaskOptions {
  readonly for?: OptionalAccess[]
}

const known: readonly OptionalAccess[] = OptionalAccess.anyOf.map((literal) => literal.const)

export function registerOrgGrantOptional(org: Command): void {
  taskCommand(
    org,
    'grant-optional',
    'let the application read what no workload needs: groups to select users by, settings of mailboxes',
  )
    .option('--for <names...>', `what to grant (default: all of ${known.join(', ')})`)
    .action((name: string | undefined, { for: access, ...options }: GrantOptionalOptions) =>
      performTask(name, options, () => ({ kind: 'grant-optional', access: access ?? [...known] })),
    )
}
