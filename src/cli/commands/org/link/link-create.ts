/** Makes a link with which a customer's administrator authorizes without an account of the console. */
import type { Command } from 'commander'
import type { NewCustomerLink, OnboardingView } from '../../../../contract/index.ts'
import { signedInClient, withCommonOptions } from '../../../command.ts'
import { fail } from '../../../errors.ts'
import { ask, note, printJson } from '../../../terminal.ts'
import { chooseFirstStep } from '../add/choices.ts'
import type { AddOptions } from '../add/options.ts'

type LinkOptions = Pick<
  AddOptions,
  'server' | 'json' | 'cloud' | 'domain' | 'workloads' | 'restoreRights' | 'credential' | 'yes' | 'onboarding'
> & { readonly provider?: string; readonly hours: string }

export function registerLinkCreate(link: Command): void {
  withCommonOptions(link.command('create'))
    .description(
      "make a link for a customer's administrator, through your own sign-in application (settings sign-in)",
    )
    .option('--provider <name>', 'who asks, as the customer reads it')
    .option('--hours <n>', 'how long it can be opened, 1 to 168', '72')
    .option('--onboarding <id>', 'for an open onboarding of the Automatic Credential Process')
    .optionsGroup('Without --onboarding, one is started:')
    .option('--cloud <cloud>', 'cloud of the organization')
    .option('--domain <domain>', 'domain of the organization, by which its cloud is found out')
    .option('--workloads <list>', 'what to protect, by commas (default: all)')
    .option('--restore-rights', 'ask for restore rights now')
    .option('--no-restore-rights', 'ask for the read permissions only')
    .option('--credential <kind>', 'password or certificate')
    .option('--yes', 'take the usual choices')
    .action(async (options: LinkOptions) => {
      const client = await signedInClient(options)
      const hours = Number(options.hours)
      if (!Number.isInteger(hours) || hours < 1 || hours > 168) {
        throw fail('CLI_BAD_INPUT', {
          what: `--hours ${options.hours} is no whole number from 1 to 168.`,
          remedy: 'Give for example --hours 72.',
        })
      }
      const providerName = options.provider ?? (await ask('Who asks, as the customer reads it', '--provider'))
      const onboardingId =
        options.onboarding ??
        (
          await client.post<OnboardingView>(
            '/onboardings',
            await chooseFirstStep(client, { ...options, method: 'credential' }),
          )
        ).id
      let made: NewCustomerLink
      try {
        made = await client.post<NewCustomerLink>(`/onboardings/${onboardingId}/customer-links`, {
          providerName,
          hours,
        })
      } catch (error) {
        // Nobody else knows of the onboarding that was started for it.
        if (options.onboarding === undefined)
          await client.post(`/onboardings/${onboardingId}/cancel`).catch(() => {})
        throw error
      }
      if (options.json) return printJson(made)
      note('The link is shown this once. Whoever holds it can open it, once, in one browser.')
      note(`It can be opened until ${made.link.expiresAt}. Finish afterwards with:`)
      note(`  bdrcloud org add --onboarding ${onboardingId}`)
      process.stdout.write(`${made.address}\n`)
    })
}
