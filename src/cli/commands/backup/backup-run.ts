import type { Command } from 'commander'
import type { RunView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { note, printJson } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'
import { followRun } from '../run/run-follow.ts'

interface BackupOptions extends CommonOptions {
  readonly detach?: boolean
}

export function registerBackupRun(backup: Command): void {
  withCommonOptions(backup.command('run'))
    .description('back an organization up now, and wait for the end')
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .option('--detach', 'do not wait')
    .action(async (name: string | undefined, options: BackupOptions) => {
      const client = await signedInClient(options)
      const organization = await findOrganization(client, name)
      const started = await client.post<RunView>(`/organizations/${organization.id}/runs`)
      const run = options.detach ? started : await followRun(client, started.id, options.json === true)
      if (options.json) printJson(run)
      else
        note(
          `Run ${run.sequence} of ${organization.name}: ${run.state}. Details: bdrcloud run show ${run.id}`,
        )
      if (run.state === 'failed' || run.state === 'partial' || run.state === 'cancelled') process.exitCode = 1
    })
}
