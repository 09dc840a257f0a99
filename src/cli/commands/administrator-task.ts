/**
 * Follows an administrator's task from its start to its end: the sign-in by one-time code or on the console's page, what will change and the
 * question whether to go on, the steps, the outcome.
 */
import type { Command } from 'commander'
import type { OrganizationView, StartTask, TaskView } from '../../contract/index.ts'
import type { ApiClient } from '../client.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../command.ts'
import { fail } from '../errors.ts'
import { ask, note, plain, printJson, progress } from '../terminal.ts'
import { findOrganization } from './organization-name.ts'

export interface TaskOptions extends CommonOptions {
  readonly browser?: boolean
  readonly yes?: boolean
}

/** The flags of what an administrator signs in for. */
export function withTaskOptions(command: Command): Command {
  return withCommonOptions(command)
    .option('--browser', "sign in with a browser on the console's page instead of with a one-time code")
    .option('--yes', 'make the changes without asking')
}

/** Adds a verb that starts a task of an organization. */
export function taskCommand(org: Command, verb: string, description: string): Command {
  return withTaskOptions(org.command(verb))
    .description(`${description} (needs a Microsoft sign-in of an administrator)`)
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
}

/** The verb's whole action. Throws when the task did not come to its end. */
export async function performTask(
  name: string | undefined,
  options: TaskOptions,
  inputFor: (organization: OrganizationView) => StartTask,
): Promise<void> {
  const client = await signedInClient(options)
  const organization = await findOrganization(client, name)
  const started = await client.post<TaskView>(
    `/organizations/${organization.id}/administrator-tasks`,
    inputFor(organization),
  )
  const done = await performStarted(client, started, options)
  if (options.json) return printJson(done)
  progress(`${organization.name}: done.`, true)
  for (const change of done.outcome?.done ?? []) note(`  ${change.action}: ${plain(change.text)}`)
  for (const left of done.outcome?.left ?? []) note(`  left: ${plain(left)}`)
}

/** From a task that was started to its end. Throws when it did not come to its end; it is cancelled then. */
export async function performStarted(
  client: ApiClient,
  started: TaskView,
  options: TaskOptions,
): Promise<TaskView> {
  try {
    return await follow(client, await signIn(client, started, options), options)
  } catch (error) {
    // Nobody will go on with it here; what has ended already refuses, which does no harm.
    await client.post(`/administrator-tasks/${started.id}/cancel`).catch(() => {})
    throw error
  }
}

async function signIn(client: ApiClient, task: TaskView, options: TaskOptions): Promise<TaskView> {
  const path = `/administrator-tasks/${task.id}`
  if (options.browser) {
    note('Open this address in a browser in which you are signed in to the console, and sign in there:')
    note(`  ${client.server}/organizations/${task.organizationId}/tasks/${task.id}`)
    return task
  }
  const shown = await client.post<TaskView>(`${path}/device-code`)
  note(`Sign in as an administrator of ${plain(task.tenant.name)}. Open this address on any device:`)
  note(`  ${shown.deviceCode?.verificationAddress}`)
  note('and enter the one-time code:')
  note(`  ${shown.deviceCode?.userCode}`)
  return shown
}

async function follow(client: ApiClient, first: TaskView, options: TaskOptions): Promise<TaskView> {
  const path = `/administrator-tasks/${first.id}`
  for (let view = first; ; view = await client.get<TaskView>(path)) {
    progress(describe(view))
    switch (view.state) {
      case 'done':
        return view
      case 'awaiting-grant':
        await confirm(view, options)
        await client.post(`${path}/grant`)
        break
      case 'code-shown':
        if (view.deviceCode === null)
          throw ended(view.error?.title ?? 'The one-time code is not valid any more.', view)
        break
      case 'need-admin-approval':
        if (!options.browser) throw ended(view.approval?.explanation ?? 'Need Admin Approval', view)
        break
      case 'failed':
      case 'cancelled':
      case 'expired':
        throw ended(`The change ended as "${view.state}": ${view.error?.title ?? 'no reason given'}`, view)
      case 'started':
      case 'signing-in':
      case 'running':
        break
    }
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

function ended(what: string, { error, outcome }: TaskView) {
  return fail('CLI_BAD_INPUT', {
    what,
    remedy: [error?.detail ?? 'Run the command again.', ...(outcome?.left ?? [])].join(' '),
  })
}

function describe(view: TaskView): string {
  const running = view.steps.find((step) => step.state === 'running')
  if (running) return `${running.label}${running.detail ? ` – ${running.detail}` : ''}`
  return view.notice ?? (view.error ? view.error.title : `State: ${view.state}`)
}

async function confirm(view: TaskView, options: TaskOptions): Promise<void> {
  progress(`${plain(view.tenant.name)}, as ${view.account?.userPrincipalName}. This will be changed:`, true)
  for (const change of view.changes) note(`  ${change.action}: ${plain(change.text)}`)
  if (options.yes) return
  const answer = await ask('Grant Access? [y/N]', '--yes')
  if (!/^y(es)?$/i.test(answer.trim()))
    throw fail('CLI_BAD_INPUT', {
      what: 'Access was not granted; nothing was changed.',
      remedy: 'Run the command again when you want to.',
    })
}
