import type { Command } from 'commander'
import type { ResticAccessList } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { note, printJson } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'

interface RevokeOptions extends CommonOptions {
  readonly organization?: string
}

export function registerResticRevoke(restic: Command): void {
  withCommonOptions(restic.command('revoke'))
    .description('take an access with restic away; it counts at once')
    .argument('<user>', 'user name or id of the access')
    .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)')
    .action(async (user: string, options: RevokeOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, options.organization)
      const { items } = await client.get<ResticAccessList>(`/organizations/${id}/restic-accesses`)
      const access = items.find((one) => one.userName === user || one.id === user)
      if (!access)
        throw fail('CLI_NOT_FOUND', { noun: 'access with restic', name: user, list: 'restic list' })
      await client.delete(`/organizations/${id}/restic-accesses/${access.id}`)
      if (options.json) printJson({ revoked: access.id })
      else note(`${access.userName} can read nothing any more.`)
    })
}
