import { type Command, Option } from 'commander'
import type { RoleMapping, SaveSingleSignOn, SingleSignOnSettings } from '../../../../contract/index.ts'
import type { ApiClient } from '../../../client.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../../command.ts'
import { fail } from '../../../errors.ts'
import { readSecretFile } from '../../../files.ts'
import { note, printJson } from '../../../terminal.ts'
import { roles } from '../../operator/operator-options.ts'
import { operatorProof, type ProofOptions, withProof } from '../../operator-proof.ts'
import { findOrganization } from '../../organization-name.ts'

interface SetOptions extends CommonOptions, ProofOptions {
  readonly name?: string
  readonly issuer?: string
  readonly clientId?: string
  readonly secretFile?: string
  readonly scopes?: string
  readonly roleClaim?: string
  readonly map?: readonly string[]
  readonly unknown?: SaveSingleSignOn['unknownOperators']
  readonly passwords?: 'all' | 'owners'
  readonly sessionHours?: string
  readonly on?: boolean
  readonly off?: boolean
}

const collect = (value: string, before: readonly string[] = []) => [...before, value]

export function registerSingleSignOnSet(singleSignOn: Command): void {
  const command = withCommonOptions(singleSignOn.command('set'))
    .description('set the provider; what is left out stays as it is')
    .option('--name <text>', 'shown on the sign-in page')
    .option('--issuer <address>', 'e.g. https://login.microsoftonline.com/<tenant id>/v2.0')
    .option('--client-id <id>', 'id of this server at the provider')
    .option('--secret-file <path>', 'file with the client secret, - for standard input')
    .option('--scopes <scopes>', "begins with openid (default at first: 'openid profile')")
    .option('--role-claim <name>', 'claim with groups or roles (default at first: roles)')
    .option(
      '--map <value=role[:organization]>',
      "who has the value gets the role; in order, may be given several times, 'none' for no mapping",
      collect,
    )
    .addOption(
      new Option('--unknown <how>', 'whether a mapping lets in whom nobody here is linked to').choices([
        'refuse',
        'by-mapping',
      ]),
    )
    .addOption(
      new Option('--passwords <whose>', 'who may sign in with a password').choices(['all', 'owners']),
    )
    .option('--session-hours <number>', 'longest age of a session that began there, 1 to 168')
    .option('--on', 'offer it on the sign-in page')
    .option('--off', 'do not, and end the sessions that began there')
  withProof(command).action(async (options: SetOptions) => {
    const client = await signedInClient(options)
    const { provider } = await client.get<SingleSignOnSettings>('/settings/single-sign-on')
    const needed = (flag: string, value: string | undefined): string => {
      if (value !== undefined) return value
      throw fail('CLI_BAD_INPUT', { what: `${flag} is missing.`, remedy: 'Give it, the first time.' })
    }
    const body: SaveSingleSignOn = {
      enabled: options.on ?? (options.off ? false : (provider?.enabled ?? false)),
      name: needed('--name', options.name ?? provider?.name),
      issuer: needed('--issuer', options.issuer ?? provider?.issuer),
      clientId: needed('--client-id', options.clientId ?? provider?.clientId),
      scopes: options.scopes ?? provider?.scopes ?? 'openid profile',
      roleClaim: options.roleClaim ?? provider?.roleClaim ?? 'roles',
      mappings: options.map ? await mappingsOf(client, options.map) : (provider?.mappings ?? []),
      unknownOperators: options.unknown ?? provider?.unknownOperators ?? 'refuse',
      passwordsForOwnersOnly:
        options.passwords === undefined
          ? (provider?.passwordsForOwnersOnly ?? false)
          : options.passwords === 'owners',
      sessionHours:
        options.sessionHours === undefined ? (provider?.sessionHours ?? 12) : Number(options.sessionHours),
      ...(options.secretFile === undefined ? {} : { clientSecret: await readSecretFile(options.secretFile) }),
      proof: await operatorProof(client, options),
    }
    const saved = await client.put<SingleSignOnSettings>('/settings/single-sign-on', body)
    if (options.json) return printJson(saved)
    note(`Saved. Register ${saved.redirectUri} at the provider, then: settings single-sign-on test`)
  })
}

async function mappingsOf(client: ApiClient, texts: readonly string[]): Promise<RoleMapping[]> {
  if (texts.length === 1 && texts[0] === 'none') return []
  const mappings: RoleMapping[] = []
  for (const text of texts) {
    const at = text.lastIndexOf('=')
    const [roleText = '', ...organization] = text.slice(at + 1).split(':')
    const role = roles.find((one) => one === roleText)
    if (at < 1 || role === undefined) {
      throw fail('CLI_BAD_INPUT', {
        what: `"${text}" is no mapping.`,
        remedy: `Give it like backup-admins=administrator, with one of the roles ${roles.join(', ')}.`,
      })
    }
    const name = organization.join(':')
    const organizationIds = name === '' ? null : [(await findOrganization(client, name)).id]
    mappings.push({ value: text.slice(0, at), role, organizationIds })
  }
  return mappings
}
