import type { Command } from 'commander'
import { performTask, type TaskOptions, taskCommand } from '../administrator-task.ts'

export function registerOrgUpgradeCertificate(org: Command): void {
  taskCommand(org, 'upgrade-certificate', 'replace the application password by a certificate').action(
    (name: string | undefined, options: TaskOptions) =>
      performTask(name, options, () => ({ kind: 'upgrade-certificate' })),
  )
}
