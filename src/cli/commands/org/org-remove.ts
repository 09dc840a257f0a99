import type { Command } from 'commander'
import type { RemovalView, TaskView } from '../../../contract/index.ts'
import type { ApiClient } from '../../client.ts'
import { signedInClient } from '../../command.ts'
import { confirm, plain, printJson, progress } from '../../terminal.ts'
import { performStarted, type TaskOptions, withTaskOptions } from '../administrator-task.ts'
import { findOrganization } from '../organization-name.ts'
import { printStatement } from './removal-statement.ts'

interface RemoveOptions extends TaskOptions {
  readonly deleteApplication?: boolean
  readonly deleteBackups?: string
}

export function registerOrgRemove(org: Command): void {
  withTaskOptions(org.command('remove'))
    .description(
      'remove an organization: stop what runs, destroy the key, and state what is left; backups are kept',
    )
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .option(
      '--delete-application',
      'an administrator signs in and removes the application from the tenant, too',
    )
    .option(
      '--delete-backups <name>',
      "delete the backups in 7 days: type the organization's name, letter for letter",
    )
    .action(async (name: string | undefined, options: RemoveOptions) => {
      const client = await signedInClient(options)
      const organization = await findOrganization(client, name)
      const { deleteApplication = false, deleteBackups } = options
      const fate = deleteBackups === undefined ? 'Its backups are kept' : 'Its backups are deleted in 7 days'
      await confirm(`Remove ${plain(organization.name)}? ${fate}.`, '--yes', options.yes)
      const path = `/organizations/${organization.id}/removal`
      const asked = await client.post<RemovalView>(path, {
        deleteApplication,
        ...(deleteBackups !== undefined && { deleteBackupsOf: deleteBackups }),
      })
      if (asked.taskId !== null) await signInToRemove(client, asked.taskId, path, options)
      const removal = await ended(client, path)
      if (options.json) printJson(removal)
      else printStatement(removal)
      if (removal.state !== 'removed') process.exitCode = 1
    })
}

/** When the administrator's part does not succeed, the removal is taken back. */
async function signInToRemove(
  client: ApiClient,
  taskId: string,
  path: string,
  options: RemoveOptions,
): Promise<void> {
  try {
    await performStarted(client, await client.get<TaskView>(`/administrator-tasks/${taskId}`), options)
  } catch (error) {
    await client.post(`${path}/take-back`).catch(() => {})
    throw error
  }
}

async function ended(client: ApiClient, path: string): Promise<RemovalView> {
  for (;;) {
    const removal = await client.get<RemovalView>(path)
    if (removal.state === 'removed' || removal.state === 'abandoned') return removal
    progress(removal.state === 'stopping' ? 'Stopping backups and restores' : 'Removing')
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}
