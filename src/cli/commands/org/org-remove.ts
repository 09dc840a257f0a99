import type { Command } from 'commander'
import type { RemovalView, TaskView } from '../../../contract/index.ts'
import type { ApiClient } from '../../client.ts'
import { signedInClient } from '../../command.ts'
import { ask, choose, confirm, isTerminal, plain, printJson, progress } from '../../terminal.ts'
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
      const { deleteApplication, deleteBackups } = await choices(organization.name, options)
      const fate = deleteBackups === undefined ? 'Its backups are kept' : 'Its backups are deleted in 7 days'
      await confirm(`Remove ${plain(organization.name)}? ${fate}.`, '--yes', options.yes)
      const path = `/organizations/${organization.id}/removal`
      progress('Stopping backups and restores')
      const asked = await client.post<RemovalView>(path, {
        deleteApplication,
        ...(deleteBackups !== undefined && { deleteBackupsOf: deleteBackups }),
      })
      if (asked.taskId !== null) await signInToRemove(client, asked.taskId, path, options)
      const removal = await ended(client, path)
      if (options.json) printJson(removal)
      else {
        progress(removal.state === 'removed' ? 'Removed.' : 'The removal was taken back.', true)
        printStatement(removal)
      }
      if (removal.state !== 'removed') process.exitCode = 1
    })
}

/** What no flag says is asked for at a terminal; elsewhere nothing is deleted. */
async function choices(
  name: string,
  { deleteApplication, deleteBackups, yes }: RemoveOptions,
): Promise<{ deleteApplication: boolean; deleteBackups: string | undefined }> {
  if (yes || !isTerminal()) return { deleteApplication: deleteApplication ?? false, deleteBackups }
  const application =
    deleteApplication ??
    (await choose('Application in the tenant', '--delete-application', [
      [false, 'leave it there; the statement says where to delete it by hand'],
      [true, "delete it, too, after an administrator's sign-in"],
    ]))
  if (deleteBackups !== undefined) return { deleteApplication: application, deleteBackups }
  const deletes = await choose('Backups', '--delete-backups', [
    [false, 'keep them'],
    [true, 'delete them in 7 days; until then this can be undone'],
  ])
  const typed = deletes ? await ask(`Type "${plain(name)}" to confirm`, '--delete-backups') : undefined
  return { deleteApplication: application, deleteBackups: typed?.trim() }
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
