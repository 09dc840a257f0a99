import type { Command } from 'commander'
import { OptionalAccess } from '../../../contract/index.ts'
import { performTask, type TaskOptions, taskCommand } from '../administrator-task.ts'

interface GrantOptionalOptions extends TaskOptions {
  readonly for?: OptionalAccess[]
}

const known: readonly OptionalAccess[] = OptionalAccess.anyOf.map((literal) => literal.const)
/** What reads; to write is asked for by name. */
const usual = known.filter((one) => one !== 'mailbox-settings-restore')

export function registerOrgGrantOptional(org: Command): void {
  taskCommand(
    org,
    'grant-optional',
    'let the application do what no workload needs: read groups to select users by, read and restore settings of mailboxes',
  )
    .option('--for <names...>', `what to grant of ${known.join(', ')} (default: ${usual.join(', ')})`)
    .action((name: string | undefined, { for: access, ...options }: GrantOptionalOptions) =>
      performTask(name, options, () => ({ kind: 'grant-optional', access: access ?? usual })),
    )
}
