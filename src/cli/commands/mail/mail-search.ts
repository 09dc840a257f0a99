import type { Command } from 'commander'
import type { MailItemView, Page } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { note, printJson, printTable } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'

interface SearchOptions extends CommonOptions {
  readonly organization?: string
  readonly limit: string
  readonly at?: string
}

export function registerMailSearch(mail: Command): void {
  withCommonOptions(mail.command('search'))
    .description('find mails by words of subject, people and folder')
    .argument('<words...>', 'what to look for')
    .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)')
    .option('--at <run>', 'restore point: the number of a run (default: the newest)')
    .option('--limit <n>', 'how many', '50')
    .action(async (words: string[], options: SearchOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, options.organization)
      const page = await client.get<Page<MailItemView>>(`/organizations/${id}/search`, {
        query: words.join(' '),
        limit: Number(options.limit),
        at: options.at,
      })
      if (options.json) return printJson(page.items)
      printTable(
        ['RECEIVED', 'MAILBOX', 'FOLDER', 'FROM', 'SUBJECT', 'ID'],
        page.items.map((one) => [
          one.receivedAt,
          one.userPrincipalName,
          one.folderPath,
          one.from?.address ?? null,
          one.subject || '(no subject)',
          one.id,
        ]),
      )
      if (page.nextCursor !== null) note('There are more: narrow the words, or raise --limit.')
    })
}
