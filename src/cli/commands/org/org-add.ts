/**
 * Adds an organization by any of the three methods, without the console: by a one-time code, by a browser on this computer, or
 * with an application that was registered by hand. What is interrupted here is cancelled on the server.
 */
import type { Command } from 'commander'
import type { OnboardingView } from '../../../contract/index.ts'
import type { ApiClient } from '../../client.ts'
import { signedInClient, withCommonOptions } from '../../command.ts'
import { note, printJson } from '../../terminal.ts'
import { createAuthorization } from './add/authorize.ts'
import { chooseFirstStep } from './add/choices.ts'
import { type Followed, follow, saveOnboarding } from './add/follow.ts'
import { giveDetails } from './add/manual.ts'
import type { AddOptions } from './add/options.ts'
import { withCredentialOptions } from './supplied-credential.ts'

export function registerOrgAdd(org: Command): void {
  const command = withCommonOptions(org.command('add'))
    .description('add a Microsoft 365 organization')
    .option(
      '--method <method>',
      'credential, device-code or manual (without a terminal, or with --yes: the default of the cloud, device-code)',
    )
    .option(
      '--cloud <cloud>',
      'cloud of the organization: global, usgov, usdod, china, or one of the configuration',
    )
    .option('--domain <domain>', 'domain of the organization, by which its cloud is found out')
    .option('--workloads <list>', 'what to protect, by commas (default: all)')
    .option('--restore-rights', 'grant restore rights now')
    .option('--no-restore-rights', 'grant the read permissions only')
    .option('--credential <kind>', 'password or certificate')
    .option('--name <name>', "organization name (default: Microsoft's)")
    .option('--yes', "answer 'Grant Access' with yes, and take the usual choices")
    .option('--show-password', 'print the application password, which is shown this once')
    .option('--onboarding <id>', 'go on with an open onboarding')
    .optionsGroup('Manual Process:')
    .option('--tenant <tenant>', 'tenant id or domain')
    .option('--application-id <id>', 'Application (client) ID')
  withCredentialOptions(command)
    .option('--make-certificate <path>', 'make a certificate on the server and save its public part')
    .option('--days <n>', 'life of that certificate', '365')
    .option('--scripts <folder>', 'save scripts that register the application, to be read first and run')
    .action(async (options: AddOptions) => {
      const client = await signedInClient(options)
      const started =
        options.onboarding === undefined
          ? await client.post<OnboardingView>('/onboardings', await chooseFirstStep(client, options))
          : await client.get<OnboardingView>(`/onboardings/${options.onboarding}`)
      const added = await cancelledWithUs(client, started, () =>
        started.method === 'manual'
          ? addByHand(client, started, options)
          : addBySignIn(client, started, options),
      )
      if (options.json) return printJson(added)
      if ('waiting' in added)
        return note(`Go on with: bdrcloud org add --onboarding ${started.id} --tenant … --application-id …`)
      note(`Added. Organization id: ${added.organizationId}`)
      if (added.applicationPassword !== undefined) {
        note('Application Password, shown this once:')
        process.stdout.write(`${added.applicationPassword}\n`)
      }
    })
}

type Added = OnboardingView & { applicationPassword?: string }

async function addBySignIn(client: ApiClient, started: OnboardingView, options: AddOptions): Promise<Added> {
  const authorization = await createAuthorization(client, started, options)
  try {
    const { view, ...secret }: Followed = await follow(client, started, authorization, options)
    return { ...view, ...secret }
  } finally {
    authorization.close()
  }
}

async function addByHand(
  client: ApiClient,
  started: OnboardingView,
  options: AddOptions,
): Promise<Added | { waiting: true; onboardingId: string }> {
  const view = await giveDetails(client, started, options)
  if (view === null) return { waiting: true, onboardingId: started.id }
  // A listed tenant ends the onboarding: following it says so.
  if (view.state === 'completing') return saveOnboarding(client, view, options)
  return (await follow(client, view, { show: async () => {}, close: () => {} }, options)).view
}

/** Nobody will go on with it when this command fails or is interrupted; what has ended already refuses, which does no harm. */
async function cancelledWithUs<T>(
  client: ApiClient,
  { id, method }: OnboardingView,
  work: () => Promise<T>,
): Promise<T> {
  const cancel = () => client.post(`/onboardings/${id}/cancel`).catch(() => {})
  const interrupt = () => {
    void cancel().finally(() => process.exit(130))
  }
  process.once('SIGINT', interrupt)
  try {
    return await work()
  } catch (error) {
    // What was typed by hand is kept: the command can be run again with --onboarding.
    if (method === 'manual') note(`Go on with: bdrcloud org add --onboarding ${id} …`)
    else await cancel()
    throw error
  } finally {
    process.removeListener('SIGINT', interrupt)
  }
}
