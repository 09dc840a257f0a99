import type { Command } from 'commander'
import { performTask, type TaskOptions, taskCommand } from '../administrator-task.ts'

export function registerOrgRevokeRestore(org: Command): void {
  taskCommand(
    org,
    'revoke-restore',
    'stop writing, and take the write permissions away in the tenant',
  ).action((name: string | undefined, options: TaskOptions) =>
    performTask(name, options, () => ({ kind: 'revoke-restore' })),
  )
}
