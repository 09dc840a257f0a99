import type { Command } from 'commander'
import type { CredentialKind } from '../../../contract/index.ts'
import { performTask, type TaskOptions, taskCommand } from '../administrator-task.ts'

interface RepairOptions extends TaskOptions {
  readonly credential?: CredentialKind
}

export function registerOrgRepair(org: Command): void {
  taskCommand(org, 'repair', 'make a new credential and put the access right, keeping everything else')
    .option('--credential <kind>', 'password or certificate (default: as before)')
    .action((name: string | undefined, { credential, ...options }: RepairOptions) =>
      performTask(name, options, () => ({
        kind: 'repair',
        ...(credential && { credentialKind: credential }),
      })),
    )
}
