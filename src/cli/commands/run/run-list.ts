import type { Command } from 'commander'
import type { Page, RunView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'

interface ListOptions extends CommonOptions {
  readonly limit: string
}

export function registerRunList(run: Command): void {
  withCommonOptions(run.command('list'))
    .description('the newest backup runs of an organization')
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .option('--limit <n>', 'how many', '20')
    .action(async (name: string | undefined, options: ListOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, name)
      const page = await client.get<Page<RunView>>(`/organizations/${id}/runs`, {
        limit: Number(options.limit),
      })
      if (options.json) return printJson(page.items)
      printTable(
        ['RUN', 'STATE', 'STARTED', 'FINISHED', 'RESOURCES', 'STORED', 'REMOVED', 'FAILED', 'ID'],
        page.items.map((one) => [
          one.sequence,
          one.state,
          one.startedAt,
          one.finishedAt,
          `${one.counts.resourcesDone}/${one.counts.resourcesTotal}`,
          one.counts.itemsStored,
          one.counts.itemsRemoved,
          one.counts.itemsFailed,
          one.id,
        ]),
      )
    })
}
