/**
 * Adds an organization. The administrator signs in with a browser at the console's page of this onboarding; the
 * command follows it, shows what is about to be granted, asks, and saves.
 */
import type { Command } from 'commander'
import type { OnboardingView, StartOnboarding } from '../../../contract/index.ts'
import type { ApiClient } from '../../client.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { errorLines, ProblemError } from '../../problem-error.ts'
import { ask, note, printJson, progress } from '../../terminal.ts'

interface AddOptions extends CommonOptions {
  readonly method: StartOnboarding['method']
  readonly cloud: string
  readonly credential: StartOnboarding['credentialKind']
  readonly restoreRights: boolean
  readonly name?: string
  readonly yes?: boolean
}

export function registerOrgAdd(org: Command): void {
  withCommonOptions(org.command('add'))
    .description('add a Microsoft 365 organization')
    .option('--method <method>', 'how: credential', 'credential')
    .option('--cloud <cloud>', 'cloud of the organization', 'global')
    .option('--credential <kind>', 'password or certificate', 'password')
    .option('--no-restore-rights', 'grant the read permissions only')
    .option('--name <name>', "organization name (default: Microsoft's)")
    .option('--yes', "answer 'Grant Access' with yes")
    .action(async (options: AddOptions) => {
      const client = await signedInClient(options)
      const started = await client.post<OnboardingView>('/onboardings', {
        method: options.method,
        cloud: options.cloud,
        workloads: ['mail'],
        restoreRights: options.restoreRights,
        credentialKind: options.credential,
      } satisfies StartOnboarding)
      note(
        'Open this address in a browser in which you are signed in to the console, and sign in to Microsoft there:',
      )
      note(`  ${client.server}/onboarding/${started.id}`)
      const saved = await follow(client, started, options)
      if (options.json) printJson(saved)
      else note(`Added. Organization id: ${saved.organizationId}`)
    })
}

/** Asks and answers until the onboarding is saved. Throws when it failed, was cancelled or expired. */
async function follow(
  client: ApiClient,
  first: OnboardingView,
  options: AddOptions,
): Promise<OnboardingView> {
  const path = `/onboardings/${first.id}`
  let told: string | undefined
  for (let view = first; ; view = await client.get<OnboardingView>(path)) {
    const problem = view.error && isOpen(view) ? new ProblemError(view.error) : undefined
    const lines = problem && errorLines(problem).join('\n')
    if (lines !== undefined && lines !== told) progress(lines, true)
    told = lines
    progress(describe(view))
    switch (view.state) {
      case 'awaiting-grant':
        await confirmGrant(view, options)
        await client.post(`${path}/grant`)
        break
      case 'completing':
        await client.post(`${path}/save`, {
          organizationName: options.name ?? view.completion?.organizationName ?? 'Microsoft 365 organization',
        })
        break
      case 'saved':
        progress('Saved.', true)
        return view
      case 'failed':
      case 'cancelled':
      case 'expired':
        if (view.error) {
          const lead = `The onboarding ended as "${view.state}".`
          throw new ProblemError(view.error, { lead, leftovers: view.leftovers })
        }
        throw fail('CLI_BAD_INPUT', {
          what: `The onboarding ended as "${view.state}".`,
          remedy: ['Start it again.', ...view.leftovers].join(' '),
        })
      default:
        await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
}

function isOpen({ state }: OnboardingView): boolean {
  return !['saved', 'failed', 'cancelled', 'expired'].includes(state)
}

function describe(view: OnboardingView): string {
  const running = view.steps.find((step) => step.state === 'running')
  if (running) return `${running.label}${running.detail ? ` – ${running.detail}` : ''}`
  if (view.state === 'need-admin-approval') return `Need Admin Approval: ${view.approval?.explanation ?? ''}`
  return view.notice ?? `State: ${view.state}`
}

async function confirmGrant(view: OnboardingView, options: AddOptions): Promise<void> {
  progress(
    `Grant Access to ${view.tenant?.name ?? 'the organization'}, as ${view.account?.userPrincipalName}:`,
    true,
  )
  for (const permission of view.permissions) note(`  ${permission.value}: ${permission.why}`)
  if (options.yes) return
  const answer = await ask('Grant Access? [y/N]', '--yes')
  if (!/^y(es)?$/i.test(answer.trim()))
    throw fail('CLI_BAD_INPUT', {
      what: 'Access was not granted; nothing was created.',
      remedy: 'Run the command again when you want to.',
    })
}
