/**
 * Channels from files: a channel has too many parts for flags. The file is what `settings alerts show --json` shows of one, without what the
 * server adds; secrets come from files of their own or standard input, never as an argument.
 */
import type { Command } from 'commander'
import type { ChannelTest, SavedChannel } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { readInputFile, readSecretFile } from '../../files.ts'
import { ProblemError } from '../../problem-error.ts'
import { confirm, note, printJson } from '../../terminal.ts'

const path = (id: string) => `/settings/alerts/channels/${encodeURIComponent(id)}`

interface SaveOptions extends CommonOptions {
  readonly id?: string
  readonly secretFile?: string
}

export function registerAlertsChannel(alerts: Command): void {
  const channel = alerts.command('channel').description('where alerts are sent to')
  withCommonOptions(channel.command('save'))
    .description('make a channel, or change one, from a JSON file with name, enabled, rules and target')
    .argument('<file>', '- for standard input')
    .option('--id <id>', 'change this one')
    .option(
      '--secret-file <path>',
      'file with the password, the client secret, or the address of the webhook',
    )
    .action(async (file: string, options: SaveOptions) => {
      const wanted = await channelIn(file, options.secretFile)
      const client = await signedInClient(options)
      const saved =
        options.id === undefined
          ? await client.post<SavedChannel>('/settings/alerts/channels', wanted)
          : await client.put<SavedChannel>(path(options.id), wanted)
      if (options.json) return printJson(saved)
      note(`Saved: ${saved.channel.name} (${saved.channel.id}).`)
      if (saved.signingKey !== null)
        note(`Its messages are signed with this key, shown only now: ${saved.signingKey}`)
    })
  withCommonOptions(channel.command('test'))
    .description('send a message now; exits with 1 when it does not arrive')
    .argument('<id>', "as 'settings alerts show' shows it")
    .action(async (id: string, options: CommonOptions) => {
      const client = await signedInClient(options)
      const result = await client.post<ChannelTest>(`${path(id)}/test`)
      if (result.problem) throw new ProblemError(result.problem)
      if (options.json) printJson(result)
      else note('Sent.')
    })
  withCommonOptions(channel.command('remove'))
    .description('send nothing there any more')
    .argument('<id>', "as 'settings alerts show' shows it")
    .option('--yes', 'do not ask')
    .action(async (id: string, options: CommonOptions & { readonly yes?: boolean }) => {
      const client = await signedInClient(options)
      await confirm('Remove the channel, and what waits for it?', '--yes', options.yes)
      await client.delete(path(id))
      if (options.json) printJson({ removed: id })
      else note('Removed.')
    })
}

async function channelIn(file: string, secretFile: string | undefined): Promise<object> {
  if (file === '-' && secretFile === '-') {
    throw fail('CLI_BAD_INPUT', {
      what: 'Standard input cannot hold both.',
      remedy: 'Put one of them into a file.',
    })
  }
  let channel: unknown
  try {
    channel = JSON.parse((await readInputFile(file)).toString('utf8'))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw fail('CLI_BAD_INPUT', {
      what: `"${file}" holds no JSON.`,
      remedy: "See 'docs/api.md' for a channel's parts.",
    })
  }
  const { target } = (channel ?? {}) as { target?: { kind?: string } }
  if (typeof target !== 'object' || target === null) {
    throw fail('CLI_BAD_INPUT', {
      what: `"${file}" has no target.`,
      remedy: 'Give name, enabled, rules and target, as the API takes them (docs/api.md).',
    })
  }
  if (secretFile === undefined) return channel as object
  const secret = await readSecretFile(secretFile)
  const given = target.kind === 'email' ? { secret } : { address: secret }
  return { ...(channel as object), target: { ...target, ...given } }
}
