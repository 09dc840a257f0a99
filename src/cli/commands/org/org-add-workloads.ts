import type { Command } from 'commander'
import { Workload } from '../../../contract/index.ts'
import { fail } from '../../errors.ts'
import { performTask, type TaskOptions, taskCommand } from '../administrator-task.ts'

interface AddWorkloadsOptions extends TaskOptions {
  readonly workload?: Workload[]
}

const known: readonly Workload[] = Workload.anyOf.map((literal) => literal.const)

export function registerOrgAddWorkloads(org: Command): void {
  taskCommand(
    org,
    'add-workloads',
    'protect further workloads, with consent for the missing permissions only',
  )
    .option(
      '--workload <names...>',
      `workloads to add (default: all that are missing of ${known.join(', ')})`,
    )
    .action((name: string | undefined, { workload, ...options }: AddWorkloadsOptions) =>
      performTask(name, options, (organization) => {
        const workloads = workload ?? known.filter((one) => !organization.workloads.includes(one))
        if (workloads.length === 0)
          throw fail('CLI_BAD_INPUT', {
            what: `${organization.name} has all workloads already.`,
            remedy: 'There is nothing to add.',
          })
        return { kind: 'add-workloads', workloads }
      }),
    )
}
